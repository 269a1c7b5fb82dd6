import { randomUUID } from "node:crypto";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, refusalOf, span, startRig, syncScopes, texts, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const managing = { manageAvailableWindows: true };
const office = { ...span("2026-12-01T08:00:00Z", "2026-12-01T11:00:00Z"), reason: "Office" };

async function offer(calendarId: string, fields: object, scopes?: readonly string[]) {
  const request = { requestId: randomUUID(), availableTime: { calendarId, ...fields } };
  return must(
    (await rig.available.createAvailableTime(request, await rig.as(undefined, scopes))).availableTime,
    "time",
  );
}

async function expanded(calendarId: string): Promise<string[]> {
  const request = { calendarId, startDatetime: "2026-12-01", endDatetime: "2027-01-01" };
  return texts((await rig.available.listExpandedAvailableTimes(request, await rig.as())).availableTimes);
}

describe("a calendar that does not manage available windows", () => {
  const words = { text: "This calendar does not manage available windows.", reason: "NOT_MANAGING_WINDOWS" };

  test("takes no available times, in exact words", async () => {
    const calendarId = await rig.calendar();
    expect(await refusalOf(offer(calendarId, office))).toEqual({ ...words, fields: ["available_time.calendar_id"] });
    const managed = await rig.calendar(managing);
    const availableTimes = [managed, managed, calendarId].map((id) => ({ calendarId: id, ...office }));
    const bulk = rig.available.bulkCreateAvailableTimes({ requestId: randomUUID(), availableTimes }, await rig.as());
    expect(await refusalOf(bulk)).toEqual({ ...words, fields: ["available_times[2].calendar_id"] });
    expect(await expanded(managed)).toEqual([]);
  });

  test("of another organization is not found, as one that does not exist", async () => {
    const calendarId = await rig.calendar();
    const request = (id: string) => ({ requestId: randomUUID(), availableTime: { calendarId: id, ...office } });
    const foreign = await refusalOf(rig.available.createAvailableTime(request(calendarId), await rig.as(randomUUID())));
    const missing = await refusalOf(rig.available.createAvailableTime(request(randomUUID()), await rig.as()));
    expect(foreign).toEqual(missing);
    expect(foreign.text).toBe("Calendar not found or access denied");
  });
});

describe("AvailableTimeService", () => {
  test("creates, reads, lists, updates and removes", async () => {
    const calendarId = await rig.calendar(managing);
    const { id, ...made } = await offer(calendarId, office);
    expect(made).toMatchObject({ ...office, calendarId, version: 1n });
    const as = await rig.as();
    expect((await rig.available.getAvailableTime({ availableTimeId: id }, as)).availableTime).toMatchObject(office);
    const update = { requestId: randomUUID(), availableTimeId: id, availableTime: { ...office, reason: "Desk" } };
    expect((await rig.available.updateAvailableTime(update, as)).availableTime).toMatchObject({ id, reason: "Desk" });
    const list = async () => (await rig.available.listAvailableTimes({ calendarIds: [calendarId] }, as)).availableTimes;
    expect((await list()).map(({ reason }) => reason)).toEqual(["Desk"]);
    await rig.available.deleteAvailableTime({ requestId: randomUUID(), availableTimeId: id }, as);
    expect(await list()).toEqual([]);
    const again = rig.available.deleteAvailableTime({ requestId: randomUUID(), availableTimeId: id }, as);
    expect((await refusalOf(again)).text).toBe("Available time not found or access denied");
    expect(await rig.slotsVersion(calendarId)).toBe(4);
  });

  test("refuses with its own exact words", async () => {
    const calendarId = await rig.calendar(managing);
    const bulk = async (count: number) => {
      const availableTimes = Array.from({ length: count }, () => ({ calendarId, ...office }));
      return rig.available.bulkCreateAvailableTimes({ requestId: randomUUID(), availableTimes }, await rig.as());
    };
    expect((await refusalOf(bulk(0))).text).toBe("At least one available time is required");
    expect((await refusalOf(bulk(101))).text).toBe("Cannot create more than 100 available times at once");
    expect((await bulk(100)).availableTimes).toHaveLength(100);
    const wrong = await refusalOf(offer(calendarId, { ...office, endTime: office.startTime }));
    expect(wrong).toEqual({
      text: "start_time must be before end_time",
      reason: "INVALID_FIELD",
      fields: ["available_time.end_time"],
    });
  });

  test("recurs with exceptions and splits as blocked times do", async () => {
    const calendarId = await rig.calendar(managing);
    const { id: availableTimeId } = await offer(calendarId, { ...tuesdays, rruleString: "FREQ=WEEKLY;COUNT=4" });
    const name = (date: string) => ({ requestId: randomUUID(), availableTimeId, recurrenceId: at(date) });
    const as = await rig.as();
    await rig.available.cancelAvailableOccurrence(name("2026-12-08T18:00:00Z"), as);
    const moved = span("2026-12-16T18:00:00Z", "2026-12-16T19:00:00Z");
    await rig.available.changeAvailableOccurrence({ ...name("2026-12-15T18:00:00Z"), ...moved }, as);
    expect(await expanded(calendarId)).toEqual([
      "2026-12-01T18:00/19:30",
      "2026-12-16T18:00/19:00",
      "2026-12-22T18:00/19:30",
    ]);
    await rig.available.restoreAvailableOccurrence(name("2026-12-08T18:00:00Z"), as);
    const availableTime = span("2026-12-22T17:00:00Z", "2026-12-22T18:00:00Z");
    await rig.available.updateFollowingAvailableTimes({ ...name("2026-12-22T18:00:00Z"), availableTime }, as);
    expect(await expanded(calendarId)).toEqual([
      "2026-12-01T18:00/19:30",
      "2026-12-08T18:00/19:30",
      "2026-12-16T18:00/19:00",
      "2026-12-22T17:00/18:00",
    ]);
    await rig.available.deleteFollowingAvailableTimes(name("2026-12-08T18:00:00Z"), as);
    expect(await expanded(calendarId)).toEqual(["2026-12-01T18:00/19:30", "2026-12-22T17:00/18:00"]);
  });

  test("an external id may stand under a blocked and an available time of one calendar", async () => {
    const calendarId = await rig.calendar(managing);
    const fields = { ...office, externalId: "event-1" };
    await rig.block(calendarId, fields, syncScopes);
    expect((await offer(calendarId, fields, syncScopes)).externalId).toBe("event-1");
    expect((await refusalOf(offer(calendarId, fields, syncScopes))).reason).toBe("ALREADY_EXISTS");
  });
});

describe("on a bundle", () => {
  async function bundle(fields: object = {}) {
    const members = await Promise.all([rig.calendar(fields), rig.calendar(fields), rig.calendar(fields)]);
    const memberIds = [...members];
    const primaryMemberId = must(memberIds[1], "primary");
    const id = await rig.calendar({ kind: CalendarKind.BUNDLE, memberIds, primaryMemberId, ...fields });
    return { id, primaryMemberId, others: memberIds.filter((member) => member !== primaryMemberId) };
  }
  const listed = async (calendarId: string) =>
    (await rig.blocked.listBlockedTimes({ calendarIds: [calendarId] }, await rig.as())).blockedTimes;
  const dates = async (calendarId: string) => {
    const request = { calendarId, startDatetime: "2026-12-01", endDatetime: "2027-01-01" };
    return texts((await rig.blocked.listExpandedBlockedTimes(request, await rig.as())).blockedTimes);
  };

  test("a time stands on the primary member, and those of the others follow it in all that becomes of it", async () => {
    const { id: bundleId, primaryMemberId, others } = await bundle();
    const { id, ...made } = await rig.block(bundleId, { ...tuesdays, rruleString: "FREQ=WEEKLY;COUNT=4" });
    expect(made).toMatchObject({ calendarId: primaryMemberId, bundleCalendarId: bundleId, bundlePrimaryEventId: "" });
    for (const other of others) {
      expect(await listed(other)).toMatchObject([
        { calendarId: other, bundleCalendarId: bundleId, bundlePrimaryEventId: id, reason: "Choir" },
      ]);
    }
    const as = await rig.as();
    const name = (date: string) => ({ requestId: randomUUID(), blockedTimeId: id, recurrenceId: at(date) });
    await rig.blocked.cancelBlockedOccurrence(name("2026-12-08T18:00:00Z"), as);
    const blockedTime = { ...span("2026-12-15T17:00:00Z", "2026-12-15T18:00:00Z"), reason: "Early" };
    const split = await rig.blocked.updateFollowingBlockedTimes({ ...name("2026-12-15T18:00:00Z"), blockedTime }, as);
    const expectation = ["2026-12-01T18:00/19:30", "2026-12-15T17:00/18:00", "2026-12-22T17:00/18:00"];
    for (const member of [primaryMemberId, ...others]) {
      expect(await dates(member)).toEqual(expectation);
    }
    const continued = must(split.blockedTime, "continued").id;
    const follower = must((await listed(must(others[0], "other"))).at(-1), "follower");
    expect(follower).toMatchObject({ bundlePrimaryEventId: continued, reason: "Early" });
    const before = await rig.slotsVersion(bundleId);
    await rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId: continued }, as);
    expect(await rig.slotsVersion(bundleId)).toBe(before + 1);
    for (const member of [primaryMemberId, ...others]) {
      expect(await dates(member)).toEqual(["2026-12-01T18:00/19:30"]);
    }
    expect((await rig.told(follower.id)).map(({ deleted }) => deleted)).toEqual([false, true]);
  });

  test("a record that follows another is not changed by itself", async () => {
    const { id: bundleId, others } = await bundle();
    const { id } = await rig.block(bundleId, office);
    const follower = must((await listed(must(others[0], "other")))[0], "follower");
    const refusal = await refusalOf(
      rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId: follower.id }, await rig.as()),
    );
    expect(refusal).toMatchObject({ reason: "INVALID_FIELD", fields: ["blocked_time_id"] });
    expect(refusal.text).toContain(id);
  });

  test("available times need members that manage theirs", async () => {
    const { id } = await bundle();
    expect((await refusalOf(offer(id, office))).reason).toBe("NOT_MANAGING_WINDOWS");
    const managed = await bundle(managing);
    expect(await offer(managed.id, office)).toMatchObject({
      calendarId: managed.primaryMemberId,
      bundleCalendarId: managed.id,
    });
  });
});

test("what is told of a blocked time is published", async () => {
  const { id } = await rig.block(await rig.calendar(), office);
  await expect.poll(() => rig.published(id), { timeout: 10_000 }).toBe(true);
});
