import { randomUUID } from "node:crypto";
import { CalendarTimeFilter } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
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
      ...span("2026-12-01T18:00:00Z", "2026-12-01T19:00:00Z"),
      reason: String(index),
      rruleString: index % 3 === 0 ? "FREQ=WEEKLY" : "FREQ=DAILY;COUNT=400;BYDAY=WE",
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
