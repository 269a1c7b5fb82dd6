import { randomUUID } from "node:crypto";
import { toJson } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { FindSlotsResponseSchema } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { must } from "@calends/kit/must";
import { ReasonSchema, Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { tzdbVersion } from "@calends/time/zone";
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
  slotsOf,
  starts,
  type Query,
  type Rules,
} from "./_week.ts";

let rig: Rig;
let ada: string;
beforeAll(async () => {
  rig = await startRig();
  ada = await calendarOf(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

async function startsOf(query: Query): Promise<string[]> {
  return starts(await slotsOf(rig, query));
}

test("one calendar: its hours in steps of the length, less what blocks them", async () => {
  const calendarId = await calendarOf(rig);
  expect(await startsOf(queryOf([calendarId]))).toEqual(["09:00", "10:00", "11:00"]);
  await block(rig, calendarId, "10:30", "10:45");
  expect(await startsOf(queryOf([calendarId]))).toEqual(["09:00", "11:00"]);
});

test.each<[string, Rules, string[]]>([
  ["a step of its own", { step: minutes(30) }, ["09:00", "09:30", "10:00", "10:30", "11:00"]],
  [
    "several lengths, by start and length",
    { step: minutes(60), otherDurations: [minutes(90), minutes(120)] },
    ["09:00", "09:00+90", "09:00+120", "10:00", "10:00+90", "10:00+120", "11:00"],
  ],
  ["set-up and clean-up inside of the hours", { setUp: minutes(15), cleanUp: minutes(30) }, ["09:15", "10:15"]],
  [
    "buffers that may lie outside",
    { bufferBefore: minutes(60), bufferAfter: minutes(60) },
    ["09:00", "10:00", "11:00"],
  ],
  ["hours of the type on top", { hours: daily(10, 11) }, ["10:00"]],
  ["hours of the type on the clock of its zone", { hours: daily(12, 13, { timeZone: "Europe/Berlin" }) }, ["10:00"]],
  [
    "a notice that has not passed for the first",
    { minNotice: minutes(3 * 24 * 60 - 8 * 60 + 570) },
    ["10:00", "11:00"],
  ],
  ["a horizon that ends before the last", { horizon: minutes(3 * 24 * 60 - 8 * 60 + 600) }, ["09:00", "10:00"]],
])("%s decides where slots lie", async (_, rules, expected) => {
  expect(await startsOf(queryOf([ada], rules))).toEqual(expected);
});

test("reached limits take their spans away, and are named with zone and figure", async () => {
  const reached = { range: between("09:30", "11:00"), timeZone: "Europe/Berlin", limit: 3 };
  for (const reason of [Reason.DAILY_LIMIT, Reason.WEEKLY_LIMIT, Reason.MONTHLY_LIMIT] as const) {
    const query = queryOf([ada], { reachedLimits: [{ ...reached, reason }] });
    expect(await startsOf(query)).toEqual(["09:00", "11:00"]);
    const { refusals } = await rig.slots.checkSlot({ query, startTime: at("10:00") });
    expect(causes(refusals)).toEqual([ReasonSchema.value[reason]?.localName]);
    expect(refusals[0]?.metadata).toEqual({ zone: "Europe/Berlin", span: "2026-06-01", limit: "3", count: "3" });
  }
});

test("an open session is listed with the seats that are left, off the grid and although its host is busy with it", async () => {
  const calendarId = await calendarOf(rig);
  await rig.tell(AllocationsChangedSchema, [bookingOf(randomUUID(), 1, { calendarId, from: "10:10", to: "11:10" })]);
  const query = queryOf([calendarId]);
  expect(await startsOf(query)).toEqual(["09:00"]);
  query.openSessions = [{ startTime: at("10:10"), seatsLeft: 4 }];
  const slots = await slotsOf(rig, query);
  expect(starts(slots)).toEqual(["09:00", "10:10"]);
  expect(slots.map(({ seatsLeft }) => seatsLeft)).toEqual([0, 4]);
  expect(await rig.slots.checkSlot({ query, startTime: at("10:10") })).toMatchObject({ available: true });
});

test("a booking takes its slot by event; the question that disregards it lists the slot again", async () => {
  const calendarId = await calendarOf(rig);
  const bookingId = randomUUID();
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 1, { calendarId, from: "10:00", to: "11:00" })]);
  expect(await startsOf(queryOf([calendarId]))).toEqual(["09:00", "11:00"]);
  expect(await startsOf({ ...queryOf([calendarId]), ignoreBookingId: bookingId })).toHaveLength(3);
  const { refusals } = await rig.slots.checkSlot({ query: queryOf([calendarId]), startTime: at("10:00") });
  expect(causes(refusals)).toEqual([`SLOT_TAKEN booking ${bookingId}`]);
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 2)]);
  expect(await startsOf(queryOf([calendarId]))).toHaveLength(3);
});

test("starts are told on the clock of the viewer's zone, also on the days on which it changes", async () => {
  const calendarId = await calendarOf(rig, daily(0, 24));
  const locals = async (range: ReturnType<typeof between>, timeZone: string) =>
    (await slotsOf(rig, queryOf([calendarId]), range, { timeZone })).map(({ localStartTime }) => localStartTime);
  expect(await locals(between("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z"), "Europe/Berlin")).toEqual([
    "2026-10-25T02:00:00+02:00",
    "2026-10-25T02:00:00+01:00",
    "2026-10-25T03:00:00+01:00",
  ]);
  expect(await locals(between("2027-03-14T06:00:00Z", "2027-03-14T08:00:00Z"), "America/New_York")).toEqual([
    "2027-03-14T01:00:00-05:00",
    "2027-03-14T03:00:00-04:00",
  ]);
  expect(await locals(between("00:00", "01:00"), "Asia/Kathmandu")).toEqual(["2026-06-01T05:45:00+05:45"]);
  expect(await locals(between("00:00", "01:00"), "")).toEqual([""]);
});

test("no more slots are listed than asked for, and the answer says that there are more", async () => {
  const ask = (maxSlots: number) => rig.slots.findSlots({ query: queryOf([ada]), range: monday, maxSlots });
  const [two, three] = [await ask(2), await ask(3)];
  expect([starts(two.slots), two.truncated]).toEqual([["09:00", "10:00"], true]);
  expect([three.slots.length, three.truncated, three.tzdbVersion]).toEqual([3, false, tzdbVersion()]);
});

test("a calendar without hours has no slots, and one of another organization does not exist", async () => {
  expect(await startsOf(queryOf([await calendarOf(rig, null)]))).toEqual([]);
  const foreign = await calendarOf(rig.as(randomUUID()));
  for (const id of [foreign, randomUUID()]) {
    expect(await refusalOf(slotsOf(rig, queryOf([id])))).toBe("NOT_FOUND");
    expect(await refusalOf(slotsOf(rig, queryOf([{ ids: [ada, id], need: 1 }])))).toBe("NOT_FOUND");
    expect(await refusalOf(bundleOf(rig, [ada, id]))).toBe("INVALID_FIELD member_ids[1]");
  }
});

test("a question that would hold up all others is refused, whoever asks it, and however few slots it asks for", async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => calendarOf(rig, daily(0, 24))));
  const range = between("2026-06-01T00:00:00Z", "2026-07-31T00:00:00Z");
  const query = queryOf([{ ids, need: 1 }], { step: minutes(1) });
  const reason = "QUESTION_TOO_LARGE";
  expect(await refusalOf(rig.slots.findSlots({ query, range, maxSlots: 1 }))).toBe(reason);
  const watch = rig.slots.watchSlots({ query, range })[Symbol.asyncIterator]();
  expect(await refusalOf(watch.next())).toBe(reason);
  const attendees = ids.map((calendarId) => ({ calendarId }));
  expect(await refusalOf(rig.slots.findMeetingTimes({ attendees, range, rules: query.rules, maxResults: 1 }))).toBe(
    reason,
  );
});

test("a meeting that ends after the year 9999 is not listed, and a question about one names its start", async () => {
  const query = queryOf([await calendarOf(rig, daily(0, 24))], { step: minutes(30) });
  const range = between("9999-12-31T22:00:00Z", "9999-12-31T23:59:59Z");
  query.openSessions = [{ startTime: at("9999-12-31T23:10:00Z"), seatsLeft: 1 }];
  const found = await rig.slots.findSlots({ query, range });
  const startsAt = found.slots.map(({ startTime }) => new Date(timestampMs(must(startTime, "start"))).toISOString());
  expect(startsAt.map((text) => text.slice(11, 16))).toEqual(["22:00", "22:30"]);
  expect(() => toJson(FindSlotsResponseSchema, found)).not.toThrow();
  const startTime = at("9999-12-31T23:30:00Z");
  expect(await refusalOf(rig.slots.checkSlot({ query, startTime }))).toBe("INVALID_FIELD start_time");
  const explain = (asked: Parameters<typeof rig.slots.explainSlot>[0]["at"]) =>
    refusalOf(rig.slots.explainSlot({ query, at: must(asked, "at") }));
  expect(await explain({ case: "startTime", value: startTime })).toBe("INVALID_FIELD start_time");
  for (const [dateTime, timeZone] of [
    ["9999-12-31T22:30:00", "Etc/GMT+12"],
    ["0001-01-01T00:30:00", "Etc/GMT-14"],
  ] as const) {
    const asked = { case: "localStart", value: { dateTime, timeZone } } as const;
    expect(await explain(asked)).toBe("INVALID_FIELD local_start.date_time");
  }
});

const many = (count: number) => Array.from({ length: count }, () => randomUUID());
const zone = { range: monday, reason: Reason.DAILY_LIMIT, limit: 1, timeZone: "Mars/Olympus" };

test.each<[string, Query, object, string]>([
  ["a viewer's unknown zone", queryOf(["?"]), { timeZone: "Mars/Olympus" }, "time_zone"],
  ["more needed than there are", queryOf([{ ids: ["?"], need: 2 }]), {}, "query.groups[0].need"],
  ["over 500 calendars", queryOf(Array.from({ length: 6 }, () => ({ ids: many(84) }))), {}, "query.groups"],
  ["half a minute", queryOf(["?"], { step: { seconds: 90n } }), {}, "query.rules.step"],
  ["a part of a second", queryOf(["?"], { bufferAfter: { seconds: 60n, nanos: 1 } }), {}, "query.rules.buffer_after"],
  [
    "another length of half a minute",
    queryOf(["?"], { otherDurations: [minutes(60), { seconds: 61n }] }),
    {},
    "query.rules.other_durations[1]",
  ],
  [
    "an unknown zone of a limit",
    queryOf(["?"], { reachedLimits: [zone] }),
    {},
    "query.rules.reached_limits[0].time_zone",
  ],
  [
    "type hours in an unknown zone",
    queryOf(["?"], { hours: daily(9, 10, { timeZone: "x" }) }),
    {},
    "query.rules.hours.time_zone",
  ],
  ["a range that ends as it begins", queryOf(["?"]), { range: between("09:00", "09:00") }, "range.end_time"],
  ["a range of 401 days", queryOf(["?"]), { range: between("00:00", "2027-07-07T00:00:00Z") }, "range.end_time"],
])("%s is refused naming the field", async (_, query, fields, field) => {
  const groups = query.groups?.map((group) => ({
    ...group,
    calendarIds: group.calendarIds?.map((id) => (id === "?" ? ada : id)) ?? [],
  }));
  const asked = { ...query, groups: groups ?? [] };
  expect(await refusalOf(slotsOf(rig, asked, monday, fields))).toBe(`INVALID_FIELD ${field}`);
});
