import { randomUUID } from "node:crypto";
import { toJson } from "@bufbuild/protobuf";
import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { ListUnavailableWindowsResponseSchema } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { at, between, block, bookingOf, bundleOf, calendarOf, daily, refusalOf } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const week = between("00:00", "2026-06-08T00:00:00Z");

interface Window {
  readonly startTime?: Timestamp | undefined;
  readonly endTime?: Timestamp | undefined;
}

/** A window as "01 09:00/10:00": day of June and times, the end with its day where that is another. */
function text({ startTime, endTime }: Window): string {
  const [start, end] = [startTime, endTime].map((time) =>
    new Date(timestampMs(must(time, "time"))).toISOString().slice(8, 16).replace("T", " "),
  );
  return `${start}/${end?.startsWith(start?.slice(0, 2) ?? "") ? end.slice(3) : end}`;
}

/** A calendar that is open from 9 to 17 and has one of each that takes time away. */
async function takenCalendar() {
  const lunch = { startMinute: 12 * 60, endMinute: 13 * 60 };
  const calendarId = await calendarOf(
    rig,
    daily(9, 17, {
      breaks: [{ weekday: 2, hours: lunch, reason: "Lunch" }],
      vacations: [{ startDate: "2026-06-06", endDate: "2026-06-07", reason: "Elba" }],
      // Corpus Christi is on Thursday, the fourth.
      holidays: { country: "DE", region: "BY" },
    }),
  );
  const [bookingId, externalEventId] = [randomUUID(), randomUUID()];
  const { id: blockedId } = await block(rig, calendarId, "10:00", "11:00", "Dentist");
  const external = { calendarId, source: "google", connectionId: randomUUID(), externalEventId, version: 1n };
  const busy = [between("2026-06-03T14:00:00Z", "2026-06-03T15:00:00Z")];
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 1, { calendarId, from: "14:00", to: "15:30" })]);
  await rig.tell(ExternalBusyChangedSchema, [{ ...external, busy, healthy: true, lastGoodTime: at("00:00") }]);
  return { calendarId, blockedId, bookingId, externalEventId };
}

test("everything that takes away of a calendar's time is listed with its source and what people call it", async () => {
  const { calendarId, blockedId, bookingId, externalEventId } = await takenCalendar();
  const { windows, truncated } = await rig.slots.listUnavailableWindows({ calendarId, range: week });
  expect(windows.map((one) => [text(one), one.source, one.sourceId, one.reason])).toEqual([
    ["01 10:00/11:00", "blocked_time", blockedId, "Dentist"],
    ["01 14:00/15:30", "booking", bookingId, ""],
    ["02 12:00/13:00", "break", "", "Lunch"],
    ["03 14:00/15:00", "external", externalEventId, ""],
    ["04 00:00/05 00:00", "holiday", "", "Fronleichnam"],
    ["06 00:00/08 00:00", "vacation", "", "Elba"],
  ]);
  expect(truncated).toBe(false);
  const { busyTimes } = await rig.slots.listBusyTimes({ calendarId, range: week });
  expect(busyTimes.map((one) => [text(one), one.source, one.sourceId])).toEqual([
    ["01 10:00/11:00", "blocked_time", blockedId],
    ["01 14:00/15:30", "booking", bookingId],
    ["03 14:00/15:00", "external", externalEventId],
  ]);
});

test("what is left of a calendar's hours is listed apart, cut to the range, and may be booked in part", async () => {
  const { calendarId } = await takenCalendar();
  const { windows } = await rig.slots.listAvailableWindows({
    calendarId,
    range: between("09:30", "2026-06-05T10:00:00Z"),
  });
  expect(windows.map(text)).toEqual([
    "01 09:30/10:00",
    "01 11:00/14:00",
    "01 15:30/17:00",
    "02 09:00/12:00",
    "02 13:00/17:00",
    "03 09:00/14:00",
    "03 15:00/17:00",
    "05 09:00/10:00",
  ]);
  expect(windows.every((one) => one.partiallyBookable && one.availableTimeId === "")).toBe(true);
});

test("of a calendar that manages its windows the available times are listed, less what is busy, as wholes", async () => {
  const calendarId = await calendarOf(rig, daily(0, 24), { manageAvailableWindows: true });
  const ids: string[] = [];
  for (const [from, to] of [
    ["09:00", "10:00"],
    ["10:00", "12:00"],
    ["10:15", "11:45"],
  ] as const) {
    const availableTime = { calendarId, ...between(from, to) };
    const made = await rig.available.createAvailableTime({ requestId: randomUUID(), availableTime });
    ids.push(must(made.availableTime, "time").id);
  }
  await block(rig, calendarId, "10:30", "11:00");
  const { windows } = await rig.slots.listAvailableWindows({ calendarId, range: week });
  expect(windows.map((one) => [text(one), one.partiallyBookable, one.availableTimeId])).toEqual([
    ["01 09:00/10:00", false, ids[0]],
    ["01 10:00/10:30", false, ids[1]],
    ["01 11:00/12:00", false, ids[1]],
  ]);
});

test("a calendar without a profile has nothing available, and still says what it is busy with", async () => {
  const calendarId = await calendarOf(rig, null);
  await block(rig, calendarId, "10:00", "11:00");
  expect((await rig.slots.listAvailableWindows({ calendarId, range: week })).windows).toEqual([]);
  expect((await rig.slots.listUnavailableWindows({ calendarId, range: week })).windows.map(text)).toEqual([
    "01 10:00/11:00",
  ]);
});

test("what closes the last day that there is can be told", async () => {
  const vacations = [{ startDate: "9999-12-31", endDate: "9999-12-31" }];
  const calendarId = await calendarOf(rig, daily(0, 24, { vacations }));
  const range = between("9999-12-31T12:00:00Z", "9999-12-31T23:00:00Z");
  const answer = await rig.slots.listUnavailableWindows({ calendarId, range });
  expect(answer.windows.map(({ source }) => source)).toEqual(["vacation"]);
  expect(() => toJson(ListUnavailableWindowsResponseSchema, answer)).not.toThrow();
});

test("a bundle's windows are those of its members together", async () => {
  const [early, late] = [await calendarOf(rig, daily(8, 12)), await calendarOf(rig, daily(10, 14))];
  const calendarId = await bundleOf(rig, [early, late]);
  await block(rig, late, "10:00", "10:30", "Dentist");
  const range = between("00:00", "2026-06-02T00:00:00Z");
  const { windows } = await rig.slots.listAvailableWindows({ calendarId, range });
  expect(windows.map(text)).toEqual(["01 10:30/12:00"]);
  const unavailable = await rig.slots.listUnavailableWindows({ calendarId, range });
  expect(unavailable.windows.map((one) => [text(one), one.reason])).toEqual([["01 10:00/10:30", "Dentist"]]);
});

test("the windows of another organization's calendar do not exist, and a range of 401 days is refused", async () => {
  const calendarId = await calendarOf(rig.as(randomUUID()));
  const own = await calendarOf(rig);
  const tooLong = between("00:00", "2027-07-07T00:00:00Z");
  for (const list of ["listUnavailableWindows", "listAvailableWindows", "listBusyTimes"] as const) {
    expect(await refusalOf(rig.slots[list]({ calendarId, range: week }))).toBe("NOT_FOUND");
    expect(await refusalOf(rig.slots[list]({ calendarId: own, range: tooLong }))).toBe("INVALID_FIELD range.end_time");
  }
});
