import { randomUUID } from "node:crypto";
import { ReasonSchema, Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import type { ExplainSlotResponse } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { FreshnessPolicy } from "@calends/contracts/calends/availability/v1/slots_pb";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import {
  at,
  between,
  block,
  bookingOf,
  bundleOf,
  calendarOf,
  causes,
  daily,
  minutes,
  monday,
  queryOf,
  refusalOf,
  unblock,
  type Query,
  type ScheduleFields,
} from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

function explain(query: Query, text: string): Promise<ExplainSlotResponse> {
  return rig.slots.explainSlot({ query, at: { case: "startTime", value: at(text) } });
}

/** The rules as "+NOTICE" where they allow, "-NOTICE" where they do not. */
function verdicts({ rules }: Pick<ExplainSlotResponse, "rules">): string[] {
  return rules.map(({ reason, allows }) => `${allows ? "+" : "-"}${ReasonSchema.value[reason]?.localName}`);
}

async function setHours(calendarId: string, schedule: ScheduleFields): Promise<void> {
  await rig.calendars.setProfile({ requestId: randomUUID(), profile: { calendarId, schedule } });
}

test("every rule that applies is told in the order of checks, with a sentence", async () => {
  const calendarId = await calendarOf(rig);
  const usual = await explain(queryOf([calendarId]), "09:00");
  expect(usual.available).toBe(true);
  expect(verdicts(usual)).toEqual([
    ..."+SLOT_TAKEN +CALENDAR_BUSY +HOLIDAY +VACATION +BREAK +OUTSIDE_HOURS +OFF_GRID +NOTICE".split(" "),
    ..."+DAILY_LIMIT +WEEKLY_LIMIT +MONTHLY_LIMIT +STALE_CALENDAR".split(" "),
  ]);
  const other = await calendarOf(rig);
  const rules = { bufferAfter: minutes(5), place: "x", hours: daily(9, 12), horizon: minutes(60 * 24 * 30) };
  const all = await explain(queryOf([{ ids: [calendarId, other] }], rules), "09:00");
  const each = "+SLOT_TAKEN +CALENDAR_BUSY +BUFFER +TRAVEL +HOLIDAY +VACATION +BREAK +OUTSIDE_HOURS".split(" ");
  expect(verdicts(all)).toEqual([
    ...each,
    ...each,
    ..."+OUTSIDE_TYPE_HOURS +OFF_GRID +NOTICE +HORIZON +DAILY_LIMIT +WEEKLY_LIMIT +MONTHLY_LIMIT".split(" "),
    ..."+STALE_CALENDAR +STALE_CALENDAR +HOST_GROUP_SHORT".split(" "),
  ]);
  expect(all.rules.every(({ message }) => /^[a-z].{10,}[^.]$/.test(message))).toBe(true);
  expect(all.rules.slice(0, 16).map((rule) => rule.calendarId)).toEqual(
    [calendarId, other].flatMap((id) => each.map(() => id)),
  );
});

test("what forbids it is what a check answers, and stands among the rules as not allowing", async () => {
  const calendarId = await calendarOf(rig);
  await block(rig, calendarId, "09:00", "10:00");
  const limit = { range: monday, reason: Reason.DAILY_LIMIT, timeZone: "UTC", limit: 2 };
  const query = queryOf([calendarId], { minNotice: minutes(60 * 24 * 9), reachedLimits: [limit] });
  const [why, check] = [await explain(query, "09:30"), await rig.slots.checkSlot({ query, startTime: at("09:30") })];
  expect([why.available, check.available]).toEqual([false, false]);
  expect(why.refusals).toEqual(check.refusals);
  const forbidding = why.rules.filter(({ allows }) => !allows).map(({ reason }) => reason);
  expect(forbidding).toEqual(why.refusals.map(({ reason }) => reason));
  expect(causes(why.refusals).map((cause) => cause.split(" ")[0])).toEqual([
    "CALENDAR_BUSY",
    "OFF_GRID",
    "NOTICE",
    "DAILY_LIMIT",
  ]);
});

test("one cause after the other is removed: each uncovers the next, and without the last the start is bookable", async () => {
  const holidays = { country: "DE", region: "BY" };
  const vacations = [{ startDate: "2026-06-04", endDate: "2026-06-04" }];
  const calendarId = await calendarOf(rig, daily(9, 12, { holidays, vacations }));
  const bookingId = randomUUID();
  const [from, to] = ["2026-06-04T10:00:00Z", "2026-06-04T11:00:00Z"];
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 1, { calendarId, from, to })]);
  const blocked = await block(rig, calendarId, from, to);
  await rig.query("INSERT INTO calendar_freshness VALUES ($1, $2, 'google', $3, 'epoch', true)", [
    rig.organizationId,
    calendarId,
    randomUUID(),
  ]);
  const query = { ...queryOf([calendarId]), freshnessPolicy: FreshnessPolicy.STRICT };
  const left = async () => {
    const { available, refusals } = await explain(query, from);
    expect(available).toBe(refusals.length === 0);
    return causes(refusals);
  };
  const all = [
    `SLOT_TAKEN booking ${bookingId}`,
    `CALENDAR_BUSY blocked_time ${blocked.id}`,
    "HOLIDAY holiday Fronleichnam",
    "VACATION vacation",
    "STALE_CALENDAR external google",
  ];
  expect(await left()).toEqual(all);
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 2)]);
  expect(await left()).toEqual(all.slice(1));
  await unblock(rig, blocked.id);
  expect(await left()).toEqual(all.slice(2));
  await setHours(calendarId, daily(9, 12, { vacations }));
  expect(await left()).toEqual(all.slice(3));
  await setHours(calendarId, daily(9, 12));
  expect(await left()).toEqual(all.slice(4));
  await rig.query("DELETE FROM calendar_freshness WHERE calendar_id = $1", [calendarId]);
  expect(await left()).toEqual([]);
  await setHours(calendarId, daily(9, 10));
  expect(await left()).toEqual(["OUTSIDE_HOURS"]);
});

test("a date without hours, and what closes the type's own, are named with what people call them", async () => {
  const dateOverrides = [{ date: "2026-06-01", hours: [], reason: "Team day" }];
  const calendarId = await calendarOf(rig, daily(9, 12, { dateOverrides }));
  const closed = await explain(queryOf([calendarId]), "09:00");
  expect(causes(closed.refusals)).toEqual(["OUTSIDE_HOURS date_override Team day"]);
  expect(closed.refusals[0]?.message).toContain("Team day");
  const { windows } = await rig.slots.listUnavailableWindows({ calendarId, range: monday });
  expect(windows.map((one) => [one.startTime, one.endTime, one.source, one.reason])).toEqual([
    [monday.startTime, monday.endTime, "date_override", "Team day"],
  ]);
  const vacations = [{ startDate: "2026-06-01", endDate: "2026-06-01", reason: "Closed week" }];
  const query = queryOf([await calendarOf(rig)], { hours: daily(9, 17, { vacations }) });
  const ofType = await explain(query, "09:00");
  expect(causes(ofType.refusals)).toEqual(["OUTSIDE_TYPE_HOURS vacation Closed week"]);
  expect(ofType.refusals[0]?.message).toContain("Closed week");
});

/** A week of nights from Sunday to Sunday, 22:00 to 06:00, of which Monday's does not begin. */
const nights = daily(22, 30);
const away = { startDate: "2026-06-01", endDate: "2026-06-01", reason: "Elba" };
const dayOff = { date: "2026-06-01", hours: [], reason: "Elba" };

test.each([
  ["a vacation", "VACATION vacation", { vacations: [away] }],
  ["a date without hours", "OUTSIDE_HOURS date_override", { dateOverrides: [dayOff] }],
])("%s lets the night before go on, takes its own after midnight too, and is named there", async (_, cause, fields) => {
  const calendarId = await calendarOf(rig, { ...nights, ...fields });
  const why = async (start: string) => causes((await explain(queryOf([calendarId]), start)).refusals);
  expect(await why("05:00")).toEqual([]);
  expect(await why("22:00")).toEqual([`${cause} Elba`]);
  expect(await why("2026-06-02T02:00:00Z")).toEqual([`${cause} Elba`]);
  expect(await why("2026-06-02T22:00:00Z")).toEqual([]);
  const { windows } = await rig.slots.listUnavailableWindows({ calendarId, range: monday });
  expect(windows.map(({ startTime, endTime, reason }) => [startTime, endTime, reason])).toEqual([
    [at("06:00"), at("2026-06-02T06:00:00Z"), "Elba"],
  ]);
});

test("what closes no hours at a time is not named there", async () => {
  const breaks = [{ weekday: 1, hours: { startMinute: 12 * 60, endMinute: 13 * 60 }, reason: "Lunch" }];
  const fields = { vacations: [away], breaks, holidays: { country: "DE", region: "BY" } };
  const calendarId = await calendarOf(rig, daily(9, 12, fields));
  const why = async (start: string) => {
    const { refusals, rules } = await explain(queryOf([calendarId]), start);
    expect(rules.filter(({ allows }) => !allows).map(({ reason }) => reason)).toEqual(
      refusals.map(({ reason }) => reason),
    );
    return causes(refusals);
  };
  expect(await why("07:00")).toEqual(["OUTSIDE_HOURS"]);
  expect(await why("12:00")).toEqual(["OUTSIDE_HOURS"]);
  expect(await why("11:30")).toEqual(["VACATION vacation Elba", "OUTSIDE_HOURS"]);
  expect(await why("2026-06-04T14:00:00Z")).toEqual(["OUTSIDE_HOURS"]);
  expect(await why("2026-06-04T09:00:00Z")).toEqual(["HOLIDAY holiday Fronleichnam"]);
});

test("a date with hours of its own is named where the week has others", async () => {
  const dateOverrides = [{ date: "2026-06-01", hours: [{ startMinute: 600, endMinute: 660 }], reason: "Late" }];
  const calendarId = await calendarOf(rig, daily(9, 12, { dateOverrides }));
  const why = async (start: string) => causes((await explain(queryOf([calendarId]), start)).refusals);
  expect(await why("09:00")).toEqual(["OUTSIDE_HOURS date_override Late"]);
  expect(await why("10:00")).toEqual([]);
  expect(await why("14:00")).toEqual(["OUTSIDE_HOURS"]);
});

test("an external event is told with its connection and age, where the calendar has one connection alone", async () => {
  const calendarId = await calendarOf(rig);
  const [connectionId, externalEventId] = [randomUUID(), randomUUID()];
  const lastGoodTime = timestampFromMs(rig.clock.now().getTime() - 12 * 60_000);
  const told = { calendarId, source: "google", healthy: true, lastGoodTime };
  const event = { ...told, connectionId, externalEventId, version: 1n, busy: [between("09:00", "10:00")] };
  await rig.tell(ExternalBusyChangedSchema, [event]);
  const figures = async (id: string) => {
    const { refusals } = await explain(queryOf([id]), "09:00");
    expect(causes(refusals)).toEqual([`CALENDAR_BUSY external ${externalEventId}`]);
    return refusals.map(({ metadata }) => metadata);
  };
  expect(await figures(calendarId)).toEqual([{ connection: connectionId, age: "12" }]);
  expect(await figures(await bundleOf(rig, [calendarId]))).toEqual([{ connection: connectionId, age: "12" }]);
  await rig.tell(ExternalBusyChangedSchema, [{ ...told, connectionId: randomUUID() }]);
  expect(await figures(calendarId)).toEqual([{}]);
});

test("one of several lengths is explained, and a length that is not offered is refused naming the field", async () => {
  const query = queryOf([await calendarOf(rig)], { otherDurations: [minutes(120)] });
  const ask = (duration?: ReturnType<typeof minutes>) =>
    rig.slots.explainSlot({
      query,
      at: { case: "startTime", value: at("11:00") },
      ...(duration === undefined ? {} : { duration }),
    });
  expect((await ask()).available).toBe(true);
  const two = await ask(minutes(120));
  expect([two.available, causes(two.refusals)]).toEqual([false, ["OUTSIDE_HOURS"]]);
  expect(await refusalOf(ask(minutes(90)))).toBe("INVALID_FIELD duration");
});

test("a local time that the zone's clock skips is DST_GAP, and stands for the instant after the gap", async () => {
  const calendarId = await calendarOf(rig, daily(0, 24, { timeZone: "Europe/Berlin" }));
  const query = queryOf([calendarId], { duration: minutes(30) });
  const ask = (dateTime: string, timeZone: string) =>
    rig.slots.explainSlot({ query, at: { case: "localStart", value: { dateTime, timeZone } } });
  const gap = await ask("2027-03-28T02:30:00", "Europe/Berlin");
  expect([gap.available, gap.startTime, causes(gap.refusals), verdicts(gap)[0]]).toEqual([
    false,
    at("2027-03-28T01:30:00Z"),
    ["DST_GAP"],
    "-DST_GAP",
  ]);
  expect(gap.rules[0]?.message).toContain("Europe/Berlin");
  const twice = await ask("2026-10-25T02:30:00", "Europe/Berlin");
  expect([twice.available, twice.startTime]).toEqual([true, at("2026-10-25T00:30:00Z")]);
  const elsewhere = await ask("2027-03-28T02:30:00", "Asia/Tokyo");
  expect([elsewhere.available, elsewhere.startTime]).toEqual([true, at("2027-03-27T17:30:00Z")]);
});

test("a local time that no calendar has, or an unknown zone, is refused naming the field", async () => {
  const query = queryOf([await calendarOf(rig)]);
  const ask = (dateTime: string, timeZone: string) =>
    refusalOf(rig.slots.explainSlot({ query, at: { case: "localStart", value: { dateTime, timeZone } } }));
  for (const wrong of ["2027-02-29T10:00:00", "2027-13-01T10:00:00", "2027-01-01T24:00:00", "2027-01-01T10:61:00"]) {
    expect(await ask(wrong, "UTC")).toBe("INVALID_FIELD local_start.date_time");
  }
  expect(await ask("2027-01-01T10:00:00", "Mars/Olympus")).toBe("INVALID_FIELD local_start.time_zone");
});

test("of a group that has enough, who is not free is told all the same, and forbids nothing", async () => {
  const [free, busy] = [await calendarOf(rig), await calendarOf(rig)];
  await block(rig, busy, "09:00", "10:00");
  const why = await explain(queryOf([{ ids: [free, busy], need: 1 }]), "09:00");
  expect([why.available, why.refusals]).toEqual([true, []]);
  const against = why.rules.filter(({ allows }) => !allows);
  expect(against.map(({ reason, calendarId }) => [reason, calendarId])).toEqual([[Reason.CALENDAR_BUSY, busy]]);
  expect(verdicts(why).at(-1)).toBe("+HOST_GROUP_SHORT");
});

test("a start of another organization's calendar does not exist", async () => {
  const query = queryOf([await calendarOf(rig.as(randomUUID()))]);
  expect(await refusalOf(explain(query, "09:00"))).toBe("NOT_FOUND");
  expect(await refusalOf(rig.slots.checkSlot({ query, startTime: at("09:00") }))).toBe("NOT_FOUND");
});
