import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import type { CreateCalendarRequestSchema } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
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
  monday,
  queryOf,
  refusalOf,
  slotsOf,
  starts,
  unblock,
} from "./_week.ts";

let rig: Rig;
let [ada, room]: [string, string] = ["", ""];
beforeAll(async () => {
  rig = await startRig();
  [ada, room] = [await calendarOf(rig), await calendarOf(rig)];
});
afterAll(() => rig[Symbol.asyncDispose]());

/** Gives a calendar an available time. */
async function offer(calendarId: string, from: string, to: string): Promise<void> {
  const availableTime = { calendarId, ...between(from, to) };
  await rig.available.createAvailableTime({ requestId: randomUUID(), availableTime });
}

test("a bundle keeps its members, the primary first, and an update replaces them", async () => {
  const third = await calendarOf(rig);
  const id = await bundleOf(rig, [room, ada]);
  const read = async () => (await rig.calendars.getCalendar({ calendarId: id })).calendar;
  expect(await read()).toMatchObject({ memberIds: [room, ada], primaryMemberId: room, version: 1n });
  const update = { calendarId: id, name: "Both", timeZone: "UTC", memberIds: [ada, third], primaryMemberId: third };
  await rig.calendars.updateCalendar({ requestId: randomUUID(), ...update });
  expect(await read()).toMatchObject({ memberIds: [third, ada], primaryMemberId: third, version: 2n });
  const { calendars } = await rig.calendars.listCalendars({});
  expect(calendars.find((one) => one.id === id)?.memberIds).toEqual([third, ada]);
});

type Draft = MessageInitShape<typeof CreateCalendarRequestSchema>;
test.each<[string, () => Promise<Partial<Draft>> | Partial<Draft>, string]>([
  ["a bundle without members", () => ({ memberIds: [], primaryMemberId: "" }), "member_ids"],
  ["members of a person", () => ({ kind: CalendarKind.PERSON }), "member_ids"],
  ["a primary that is no member", () => ({ primaryMemberId: randomUUID() }), "primary_member_id"],
  ["no primary", () => ({ primaryMemberId: "" }), "primary_member_id"],
  ["a member that does not exist", () => ({ memberIds: [ada, randomUUID()] }), "member_ids[1]"],
  ["a bundle in a bundle", async () => ({ memberIds: [ada, await bundleOf(rig, [room])] }), "member_ids[1]"],
])("%s is refused naming the field, on creation and on update", async (_, fields, field) => {
  const usual = { name: "Both", kind: CalendarKind.BUNDLE, timeZone: "UTC", memberIds: [ada], primaryMemberId: ada };
  const draft = { ...usual, ...(await fields()) } as typeof usual;
  const requestId = randomUUID();
  expect(await refusalOf(rig.calendars.createCalendar({ requestId, ...draft }))).toBe(`INVALID_FIELD ${field}`);
  const { kind, ...rest } = draft;
  const calendarId = kind === CalendarKind.BUNDLE ? await bundleOf(rig, [ada]) : ada;
  const update = rig.calendars.updateCalendar({ requestId, calendarId, ...rest });
  expect(await refusalOf(update)).toBe(`INVALID_FIELD ${field}`);
});

test("a bundle is open where all of its members are, and its own hours narrow that further", async () => {
  const [early, late] = [await calendarOf(rig, daily(8, 12)), await calendarOf(rig, daily(10, 14))];
  const startsOf = async (id: string) => starts(await slotsOf(rig, queryOf([id])));
  expect(await startsOf(await bundleOf(rig, [early, late]))).toEqual(["10:00", "11:00"]);
  expect(await startsOf(await bundleOf(rig, [early, late], daily(11, 18)))).toEqual(["11:00"]);
  expect(await startsOf(await bundleOf(rig, [early, await calendarOf(rig, null)]))).toEqual([]);
});

test("a bundle is free when each of its members is, and whatever they are busy with is named", async () => {
  const [a, b] = [await calendarOf(rig), await calendarOf(rig)];
  const id = await bundleOf(rig, [a, b]);
  const blocked = await block(rig, a, "09:00", "10:00");
  const [bookingId, ofBundle] = [randomUUID(), randomUUID()];
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 1, { calendarId: b, from: "10:00", to: "11:00" })]);
  const query = queryOf([id]);
  expect(starts(await slotsOf(rig, query))).toEqual(["11:00"]);
  const check = async (text: string) => causes((await rig.slots.checkSlot({ query, startTime: at(text) })).refusals);
  expect(await check("09:00")).toEqual([`CALENDAR_BUSY blocked_time ${blocked.id}`]);
  expect(await check("10:00")).toEqual([`SLOT_TAKEN booking ${bookingId}`]);
  await rig.tell(AllocationsChangedSchema, [bookingOf(ofBundle, 1, { calendarId: id, from: "11:00", to: "12:00" })]);
  expect(await check("11:00")).toEqual([`SLOT_TAKEN booking ${ofBundle}`]);
  expect(starts(await slotsOf(rig, query))).toEqual([]);
});

test("a bundle that manages available windows is booked in those of its members", async () => {
  const managing = { manageAvailableWindows: true };
  const [a, b] = [await calendarOf(rig, null, managing), await calendarOf(rig, null, managing)];
  const fields = { ...managing, kind: CalendarKind.BUNDLE, memberIds: [a, b], primaryMemberId: a };
  const id = await calendarOf(rig, null, fields);
  expect(starts(await slotsOf(rig, queryOf([id])))).toEqual([]);
  await offer(id, "09:00", "10:00");
  expect(starts(await slotsOf(rig, queryOf([id])))).toEqual(["09:00"]);
  expect(await rig.slots.checkSlot({ query: queryOf([id]), startTime: at("09:00") })).toMatchObject({
    available: true,
  });
  const { windows } = await rig.slots.listAvailableWindows({ calendarId: id, range: monday });
  expect(windows.map(({ partiallyBookable }) => partiallyBookable)).toEqual([false]);
  const narrower = await calendarOf(rig, daily(10, 12), fields);
  expect(starts(await slotsOf(rig, queryOf([narrower])))).toEqual([]);
});

test("a window that a member manages is booked with the bundle as it is alone: at its beginning, once", async () => {
  const studio = await calendarOf(rig, null, { manageAvailableWindows: true });
  const late = await bundleOf(rig, [studio, await calendarOf(rig, daily(10, 17))]);
  const twice = { startMinute: 11 * 60, endMinute: 12 * 60 };
  const pieces = daily(9, 10, {
    dateOverrides: [{ date: "2026-06-01", hours: [{ startMinute: 540, endMinute: 600 }, twice] }],
  });
  const early = await bundleOf(rig, [studio, await calendarOf(rig, pieces)]);
  await offer(studio, "09:00", "12:00");
  const listed = async () =>
    Promise.all([studio, late, early].map(async (id) => starts(await slotsOf(rig, queryOf([id])))));
  expect(await listed()).toEqual([["09:00"], [], ["09:00"]]);
  const blocked = await block(rig, studio, "09:00", "09:30");
  expect(await listed()).toEqual([[], [], []]);
  await unblock(rig, blocked.id);
  await rig.tell(AllocationsChangedSchema, [
    bookingOf(randomUUID(), 1, { calendarId: studio, from: "09:00", to: "10:00" }),
  ]);
  expect(await listed()).toEqual([[], [], []]);
});

test("a booking that takes a bundle and each of its members is told once", async () => {
  const members = [await calendarOf(rig), await calendarOf(rig)];
  const id = await bundleOf(rig, members);
  const bookingId = randomUUID();
  const taken = [id, ...members].map((calendarId) => ({ calendarId, from: "09:00", to: "10:00" }));
  await rig.tell(AllocationsChangedSchema, [bookingOf(bookingId, 1, ...taken)]);
  const asked = { calendarId: id, range: monday };
  expect((await rig.slots.listBusyTimes(asked)).busyTimes.map(({ sourceId }) => sourceId)).toEqual([bookingId]);
  expect((await rig.slots.listUnavailableWindows(asked)).windows.map(({ sourceId }) => sourceId)).toEqual([bookingId]);
  const { refusals } = await rig.slots.checkSlot({ query: queryOf([id]), startTime: at("09:00") });
  expect(causes(refusals)).toEqual([`SLOT_TAKEN booking ${bookingId}`]);
});

test("a check tells which members are booked with each free bundle", async () => {
  const id = await bundleOf(rig, [room, ada]);
  const query = queryOf([{ ids: [id, await calendarOf(rig)], need: 1 }]);
  const { freeCalendarIds, bundles } = await rig.slots.checkSlot({ query, startTime: at("09:00") });
  expect([freeCalendarIds.length, bundles.length]).toEqual([2, 1]);
  expect(bundles[0]).toMatchObject({ bundleId: id, memberIds: [room, ada] });
});

test("time that is blocked on a bundle is blocked on each member, and free again on all of them", async () => {
  const [a, b] = [await calendarOf(rig), await calendarOf(rig)];
  const id = await bundleOf(rig, [a, b]);
  const { id: blockedTimeId } = await block(rig, id, "10:00", "11:00");
  const free = () => Promise.all([a, b, id].map(async (one) => starts(await slotsOf(rig, queryOf([one])))));
  expect(await free()).toEqual([a, b, id].map(() => ["09:00", "11:00"]));
  await rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId });
  expect(await free()).toEqual([a, b, id].map(() => ["09:00", "10:00", "11:00"]));
});
