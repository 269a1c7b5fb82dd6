import { randomUUID } from "node:crypto";
import { CalendarTimeFilter } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, refusalOf, span, startRig, syncScopes, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const lunch = { ...span("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z"), reason: "Lunch" };

describe("BulkCreateBlockedTimes", () => {
  const bulk = async (blockedTimes: object[]) =>
    rig.blocked.bulkCreateBlockedTimes({ requestId: randomUUID(), blockedTimes }, await rig.as());
  const many = (calendarId: string, count: number) => Array.from({ length: count }, () => ({ calendarId, ...lunch }));

  test("makes 100 in their order, told one by one", async () => {
    const calendarId = await rig.calendar();
    const drafts = many(calendarId, 100).map((draft, index) => ({ ...draft, reason: `no. ${index}` }));
    const { blockedTimes } = await bulk(drafts);
    expect(blockedTimes.map(({ reason }) => reason)).toEqual(drafts.map(({ reason }) => reason));
    expect(await rig.told(must(blockedTimes[99], "the last").id)).toHaveLength(1);
  });

  test("of 100 with the 57th wrong keeps none, and names index 56 and its field", async () => {
    const calendarId = await rig.calendar();
    const before = await rig.slotsVersion(calendarId);
    const wrongAt56 = (fields: object) =>
      many(calendarId, 100).map((draft, index) => (index === 56 ? { ...draft, ...fields } : draft));
    const wrong: [object, string][] = [
      [{ endTime: lunch.startTime }, "blocked_times[56].end_time"],
      [{ rruleString: "FREQ=NEVER" }, "blocked_times[56].rrule_string"],
      [{ calendarId: randomUUID() }, "blocked_times[56].calendar_id"],
      [{ reason: "x".repeat(256) }, "blocked_times[56].reason"],
      [{ externalId: "x" }, "blocked_times[56].external_id"],
    ];
    for (const [fields, field] of wrong) {
      expect((await refusalOf(bulk(wrongAt56(fields)))).fields).toEqual([field]);
    }
    const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [calendarId] }, await rig.as());
    expect(blockedTimes).toEqual([]);
    expect(await rig.slotsVersion(calendarId)).toBe(before);
  });

  test("refuses none and more than a hundred with exact words", async () => {
    const calendarId = await rig.calendar();
    expect(await refusalOf(bulk([]))).toMatchObject({
      text: "At least one blocked time is required",
      fields: ["blocked_times"],
    });
    expect(await refusalOf(bulk(many(calendarId, 101)))).toMatchObject({
      text: "Cannot create more than 100 blocked times at once",
      fields: ["blocked_times"],
    });
  });

  test("names an external id that stands twice in the request", async () => {
    const calendarId = await rig.calendar();
    const drafts = many(calendarId, 3).map((draft, index) => ({ ...draft, externalId: index === 0 ? "" : "same" }));
    const request = { requestId: randomUUID(), blockedTimes: drafts };
    const call = rig.blocked.bulkCreateBlockedTimes(request, await rig.as(undefined, syncScopes));
    expect(await refusalOf(call)).toMatchObject({
      reason: "ALREADY_EXISTS",
      fields: ["blocked_times[2].external_id"],
    });
  });
});

describe("ListBlockedTimes", () => {
  const list = async (fields: object) => (await rig.blocked.listBlockedTimes(fields, await rig.as())).blockedTimes;
  const reasons = async (fields: object) => (await list(fields)).map(({ reason }) => reason);

  test("finds what overlaps a range, also what spans it, and recurring times by their dates", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, { ...span("2026-11-01T00:00:00Z", "2027-03-01T00:00:00Z"), reason: "spans" });
    await rig.block(calendarId, { ...span("2026-12-07T10:00:00Z", "2026-12-08T00:00:00Z"), reason: "ends at" });
    await rig.block(calendarId, { ...span("2026-12-09T00:00:00Z", "2026-12-09T10:00:00Z"), reason: "starts at" });
    await rig.block(calendarId, { ...tuesdays, reason: "on Tuesdays" });
    await rig.block(calendarId, {
      ...span("2026-12-02T18:00:00Z", "2026-12-02T19:00:00Z"),
      rruleString: "FREQ=WEEKLY",
    });
    const range = span("2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z");
    expect(await reasons({ calendarIds: [calendarId], range })).toEqual(["spans", "on Tuesdays"]);
  });

  test("tells masters, occurrences, recurring and non-recurring ones apart", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, lunch);
    const master = await rig.block(calendarId, tuesdays);
    const name = { requestId: randomUUID(), blockedTimeId: master.id };
    await rig.blocked.changeBlockedOccurrence(
      { ...name, recurrenceId: at("2026-12-08T18:00:00Z"), reason: "Concert" },
      await rig.as(),
    );
    await rig.blocked.cancelBlockedOccurrence(
      { ...name, requestId: randomUUID(), recurrenceId: at("2026-12-15T18:00:00Z") },
      await rig.as(),
    );
    const of = (filter: CalendarTimeFilter) => reasons({ calendarIds: [calendarId], filter });
    expect(await of(CalendarTimeFilter.UNSPECIFIED)).toEqual(["Lunch", "Choir", "Concert"]);
    expect(await of(CalendarTimeFilter.MASTERS)).toEqual(["Choir"]);
    expect(await of(CalendarTimeFilter.OCCURRENCES)).toEqual(["Concert"]);
    expect(await of(CalendarTimeFilter.RECURRING)).toEqual(["Choir", "Concert"]);
    expect(await of(CalendarTimeFilter.NON_RECURRING)).toEqual(["Lunch"]);
    const [concert] = await list({ calendarIds: [calendarId], filter: CalendarTimeFilter.OCCURRENCES });
    expect(concert).toMatchObject({
      isRecurring: false,
      isRecurringInstance: true,
      isRecurringException: true,
      recurrenceId: at("2026-12-08T18:00:00Z"),
      master: { id: master.id, reason: "Choir", ...span("2026-12-01T18:00:00Z", "2026-12-01T19:30:00Z") },
    });
  });

  test("finds a part of the reason in either case, taking no character for a wildcard", async () => {
    const calendarId = await rig.calendar();
    await rig.block(calendarId, { ...lunch, reason: "Team LUNCH 100%" });
    await rig.block(calendarId, { ...lunch, reason: "Dentist" });
    expect(await reasons({ calendarIds: [calendarId], reason: "lunch" })).toEqual(["Team LUNCH 100%"]);
    expect(await reasons({ calendarIds: [calendarId], reason: "0%" })).toEqual(["Team LUNCH 100%"]);
    expect(await reasons({ calendarIds: [calendarId], reason: "%ist" })).toEqual([]);
  });

  test("pages through all of them once, also where most do not match", async () => {
    const calendarId = await rig.calendar();
    const drafts = Array.from({ length: 60 }, (_, index) => ({
      calendarId,
      reason: String(index),
      ...(index % 3 === 0
        ? { ...span("2026-12-01T18:00:00Z", "2026-12-01T19:00:00Z"), rruleString: "FREQ=WEEKLY" }
        : { ...span("2026-12-02T18:00:00Z", "2026-12-02T19:00:00Z"), rruleString: "FREQ=DAILY;COUNT=400;BYDAY=WE" }),
    }));
    await rig.blocked.bulkCreateBlockedTimes({ requestId: randomUUID(), blockedTimes: drafts }, await rig.as());
    const range = span("2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z");
    const seen: string[] = [];
    for (let pageToken: string | null = ""; pageToken !== null;) {
      const request = { calendarIds: [calendarId], range, pageSize: 7, pageToken };
      const page = await rig.blocked.listBlockedTimes(request, await rig.as());
      seen.push(...page.blockedTimes.map(({ reason }) => reason));
      pageToken = page.nextPageToken === "" ? null : page.nextPageToken;
    }
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      drafts.filter((_, index) => index % 3 === 0).map(({ reason }) => reason),
    );
  });
});
