import { randomUUID } from "node:crypto";
import { Frequency } from "@calends/contracts/calends/type/v1/recurrence_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, refusalOf, span, startRig, syncScopes, texts, tuesdays, type Rig } from "./_times.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const lunch = { ...span("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z"), reason: "Lunch" };

describe("CreateBlockedTime", () => {
  test("answers the record in full, in the calendar's zone where none is said", async () => {
    const calendarId = await rig.calendar();
    const time = await rig.block(calendarId, lunch);
    expect(time).toMatchObject({
      ...lunch,
      calendarId,
      externalId: "",
      rruleString: "",
      timeZone: "Europe/Berlin",
      isRecurring: false,
      isRecurringInstance: false,
      isRecurringException: false,
      version: 1n,
      createTime: at("2026-11-21T08:00:00Z"),
      updateTime: at("2026-11-21T08:00:00Z"),
    });
    const { blockedTime } = await rig.blocked.getBlockedTime({ blockedTimeId: time.id }, await rig.as());
    expect(blockedTime).toEqual(time);
  });

  test("answers a rule as fields and as text, whichever was given", async () => {
    const calendarId = await rig.calendar();
    const asText = await rig.block(calendarId, { ...tuesdays, rruleString: "rrule:freq=weekly;interval=1" });
    const recurrenceRule = { frequency: Frequency.WEEKLY };
    const asFields = await rig.block(calendarId, { ...tuesdays, rruleString: "", recurrenceRule });
    for (const time of [asText, asFields]) {
      expect(time).toMatchObject({ rruleString: "FREQ=WEEKLY", isRecurring: true });
      expect(time.recurrenceRule).toMatchObject({ frequency: Frequency.WEEKLY, interval: 1 });
    }
  });

  test("refuses with exact words, naming the field", async () => {
    const calendarId = await rig.calendar();
    const refused = (fields: object) => refusalOf(rig.block(calendarId, fields));
    const word = (text: string, field: string, reason = "INVALID_FIELD") => ({ text, reason, fields: [field] });
    const { startTime, endTime } = lunch;
    const backwards = word("start_time must be before end_time", "blocked_time.end_time");
    expect(await refused({ startTime: endTime, endTime: startTime })).toEqual(backwards);
    expect(await refused({ startTime, endTime: startTime })).toEqual(backwards);
    expect(await refused({ ...tuesdays, recurrenceRule: { frequency: Frequency.DAILY } })).toEqual(
      word("Cannot provide both recurrence_rule and rrule_string", "blocked_time.rrule_string", "INVALID_RECURRENCE"),
    );
    const wrong = await refused({ ...tuesdays, rruleString: "FREQ=DAILY;INTERVAL=0" });
    expect(wrong).toMatchObject({ reason: "INVALID_RECURRENCE", fields: ["blocked_time.rrule_string"] });
    expect(wrong.text).toMatch(/^Invalid recurrence rule: INTERVAL: /);
    expect(await refused({ ...lunch, extraLines: "RDATE:20261202T120000" })).toEqual(
      word("further dates need a rule", "blocked_time.extra_lines"),
    );
    expect((await refused({ ...lunch, timeZone: "Europe/Atlantis" })).fields).toEqual(["blocked_time.time_zone"]);
    expect((await refused({ ...lunch, reason: "x".repeat(256) })).fields).toEqual(["blocked_time.reason"]);
    expect((await refused({ ...lunch, startTime: { ...startTime, nanos: 1 } })).text).toBe("must be in whole seconds");
    expect((await refused({ ...tuesdays, extraLines: "RRULE:FREQ=DAILY" })).reason).toBe("INVALID_RECURRENCE");
    expect((await refused({ ...tuesdays, extraLines: "RDATE:20261101T120000" })).fields).toEqual([
      "blocked_time.extra_lines",
    ]);
  });

  test("keeps and changes what lies at the ends of time, and takes no date of a year or more", async () => {
    const calendarId = await rig.calendar();
    const ends = span("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
    expect(await rig.block(calendarId, ends)).toMatchObject(ends);
    const long = await refusalOf(rig.block(calendarId, { ...ends, rruleString: "FREQ=DAILY" }));
    expect(long).toMatchObject({ reason: "INVALID_FIELD", fields: ["blocked_time.end_time"] });
    const last = span("9999-12-30T22:00:00Z", "9999-12-31T22:00:00Z");
    const { id } = await rig.block(calendarId, { ...last, timeZone: "UTC", rruleString: "FREQ=DAILY" });
    const name = { requestId: randomUUID(), blockedTimeId: id, recurrenceId: at("9999-12-31T22:00:00Z") };
    await rig.blocked.cancelBlockedOccurrence(name, await rig.as());
    const moved = { ...name, requestId: randomUUID(), startTime: at("9999-12-31T23:00:00Z") };
    const refusal = await refusalOf(rig.blocked.changeBlockedOccurrence(moved, await rig.as()));
    expect(refusal).toMatchObject({ text: "must be before the year 10000", fields: ["end_time"] });
  });

  test("a repeated request makes one record", async () => {
    const calendarId = await rig.calendar();
    const request = { requestId: randomUUID(), blockedTime: { calendarId, ...lunch } };
    const [one, two] = await Promise.all([
      rig.blocked.createBlockedTime(request, await rig.as()),
      rig.blocked.createBlockedTime(request, await rig.as()),
    ]);
    expect(two).toEqual(one);
    const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [calendarId] }, await rig.as());
    expect(blockedTimes).toHaveLength(1);
  });
});

describe("external_id", () => {
  test("is set by synchronization alone, and a blank one is none", async () => {
    const calendarId = await rig.calendar();
    expect(await refusalOf(rig.block(calendarId, { ...lunch, externalId: "x" }))).toMatchObject({
      reason: "MISSING_SCOPE",
      fields: ["blocked_time.external_id"],
    });
    for (const externalId of ["", " ", ""]) {
      expect((await rig.block(calendarId, { ...lunch, externalId })).externalId).toBe("");
    }
    expect((await rig.block(calendarId, { ...lunch, externalId: " x " }, syncScopes)).externalId).toBe("x");
  });

  test("is unique in its calendar, and free in another", async () => {
    const [one, two] = [await rig.calendar(), await rig.calendar()];
    const fields = { ...lunch, externalId: "event-1" };
    const first = await rig.block(one, fields, syncScopes);
    expect(await refusalOf(rig.block(one, fields, syncScopes))).toMatchObject({
      reason: "ALREADY_EXISTS",
      fields: ["blocked_time.external_id"],
    });
    await rig.block(two, fields, syncScopes);
    const update = (externalId: string, scopes?: readonly string[]) => async () =>
      rig.blocked.updateBlockedTime(
        { requestId: randomUUID(), blockedTimeId: first.id, blockedTime: { ...lunch, externalId } },
        await rig.as(undefined, scopes),
      );
    expect((await update("")()).blockedTime?.externalId).toBe("event-1");
    expect((await refusalOf(update("event-2")())).reason).toBe("MISSING_SCOPE");
    expect((await update("event-2", syncScopes)()).blockedTime?.externalId).toBe("event-2");
    const other = await rig.block(one, { ...lunch, externalId: "event-3" }, syncScopes);
    expect(other.externalId).toBe("event-3");
    expect((await refusalOf(update("event-3", syncScopes)())).reason).toBe("ALREADY_EXISTS");
  });
});

describe("UpdateBlockedTime and DeleteBlockedTime", () => {
  const update = async (blockedTimeId: string, blockedTime: object) =>
    rig.blocked.updateBlockedTime({ requestId: randomUUID(), blockedTimeId, blockedTime }, await rig.as());

  test("replace a record, and say so each time", async () => {
    const calendarId = await rig.calendar();
    const { id } = await rig.block(calendarId, lunch);
    const moved = span("2026-12-02T11:00:00Z", "2026-12-02T12:30:00Z");
    const { blockedTime } = await update(id, { ...moved, reason: "Late lunch" });
    expect(blockedTime).toMatchObject({ id, ...moved, reason: "Late lunch", version: 2n });
    await rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId: id }, await rig.as());
    expect((await refusalOf(update(id, lunch))).text).toBe("Blocked time not found or access denied");
    const events = await rig.told(id);
    expect(events.map(({ version, deleted }) => [version, deleted])).toEqual([
      [1n, false],
      [2n, false],
      [3n, true],
    ]);
    expect(texts(must(events[1], "event").busy)).toEqual(["2026-12-02T11:00/12:30"]);
    expect(await rig.slotsVersion(calendarId)).toBe(4);
  });

  test("a rule is kept unless another is given or it is cleared", async () => {
    const calendarId = await rig.calendar();
    const { id } = await rig.block(calendarId, tuesdays);
    const { startTime, endTime } = tuesdays;
    expect((await update(id, { startTime, endTime })).blockedTime).toMatchObject({ rruleString: "FREQ=WEEKLY" });
    const changed = await update(id, { startTime, endTime, rruleString: "FREQ=DAILY" });
    expect(changed.blockedTime).toMatchObject({ rruleString: "FREQ=DAILY", isRecurring: true });
    const cleared = await update(id, { startTime, endTime, clearRecurrence: true });
    expect(cleared.blockedTime).toMatchObject({ rruleString: "", isRecurring: false });
  });
});

describe("tenants", () => {
  test("another organization's calendar and one that does not exist are not told apart", async () => {
    const calendarId = await rig.calendar();
    const { id } = await rig.block(calendarId, tuesdays);
    const them = await rig.as(randomUUID());
    const ours = await rig.as();
    const create = (calendar: string, options: object) =>
      rig.blocked.createBlockedTime(
        { requestId: randomUUID(), blockedTime: { calendarId: calendar, ...lunch } },
        options,
      );
    const foreign = await refusalOf(create(calendarId, them));
    expect(foreign).toEqual(await refusalOf(create(randomUUID(), ours)));
    expect(foreign.text).toBe("Calendar not found or access denied");
    const list = (calendar: string, options: object) =>
      refusalOf(rig.blocked.listBlockedTimes({ calendarIds: [calendar] }, options));
    expect((await list(calendarId, them)).text).toBe("Calendar not found or access denied");
    expect(await list(calendarId, them)).toEqual(await list(randomUUID(), ours));
    const record = { requestId: randomUUID(), blockedTimeId: id };
    const get = await refusalOf(rig.blocked.getBlockedTime({ blockedTimeId: id }, them));
    expect(get.reason).toBe("NOT_FOUND");
    expect((await refusalOf(rig.blocked.deleteBlockedTime(record, them))).reason).toBe("NOT_FOUND");
    expect((await rig.blocked.listBlockedTimes({}, them)).blockedTimes).toEqual([]);
  });

  test("a blocked time is no available time", async () => {
    const { id } = await rig.block(await rig.calendar(), lunch);
    const call = rig.available.getAvailableTime({ availableTimeId: id }, await rig.as());
    expect((await refusalOf(call)).text).toBe("Available time not found or access denied");
  });
});
