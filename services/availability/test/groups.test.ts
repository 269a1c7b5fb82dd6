import { randomUUID } from "node:crypto";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { durationFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import {
  at,
  between,
  block,
  bookingOf,
  calendarOf,
  causes,
  daily,
  minutes,
  queryOf,
  refusalOf,
  slotsOf,
  starts,
  unblock,
  type Query,
} from "./_week.ts";

let rig: Rig;
/** Ada is free at 9, 10 and 11; Bob is not at 10; Cid is there until 10. */
let [ada, bob, cid]: [string, string, string] = ["", "", ""];
beforeAll(async () => {
  rig = await startRig();
  [ada, bob, cid] = [await calendarOf(rig), await calendarOf(rig), await calendarOf(rig, daily(9, 10))];
  await block(rig, bob, "10:00", "11:00");
});
afterAll(() => rig[Symbol.asyncDispose]());

async function hosts(query: Query): Promise<Record<string, number[]>> {
  const slots = await slotsOf(rig, query);
  return Object.fromEntries(slots.map((slot) => [starts([slot])[0] ?? "", slot.freeHosts]));
}

test("collective: a slot is where all are free, and nobody has to be told who", async () => {
  expect(await hosts(queryOf([{ ids: [ada, bob] }]))).toEqual({ "09:00": [], "11:00": [] });
  expect(await hosts(queryOf([{ ids: [ada, bob, cid] }]))).toEqual({ "09:00": [] });
});

test("round robin: a slot is where one of many is free, and says which are", async () => {
  expect(await hosts(queryOf([{ ids: [bob, cid, ada], need: 1 }]))).toEqual({
    "09:00": [0, 1, 2],
    "10:00": [2],
    "11:00": [0, 2],
  });
});

test("n of m: a slot is where as many as are needed are free", async () => {
  expect(await hosts(queryOf([{ ids: [ada, bob, cid], need: 2 }]))).toEqual({ "09:00": [0, 1, 2], "11:00": [0, 1] });
});

test("several groups: each has as many as it needs, and free ones count through all groups", async () => {
  expect(await hosts(queryOf([cid, { ids: [ada, bob], need: 1 }]))).toEqual({ "09:00": [1, 2] });
});

test("a check tells who is free, and who keeps a group short", async () => {
  const query = queryOf([{ ids: [ada, bob, cid], need: 2 }]);
  const [yes, no] = [
    await rig.slots.checkSlot({ query, startTime: at("11:00") }),
    await rig.slots.checkSlot({ query, startTime: at("10:00") }),
  ];
  expect([yes.available, yes.refusals, yes.freeCalendarIds]).toEqual([true, [], [ada, bob]]);
  expect([no.available, no.freeCalendarIds]).toEqual([false, []]);
  expect(causes(no.refusals)).toEqual([
    expect.stringMatching(/^CALENDAR_BUSY blocked_time /),
    "OUTSIDE_HOURS",
    "HOST_GROUP_SHORT",
  ]);
  expect(no.refusals.at(-1)?.metadata).toEqual({ need: "2", have: "1" });
});

test("a calendar that manages its windows is booked at their beginnings alone, each once", async () => {
  const calendarId = await calendarOf(rig, null, { manageAvailableWindows: true });
  for (const [from, to] of [
    ["09:10", "10:40"],
    ["12:00", "13:00"],
    ["14:00", "14:30"],
  ] as const) {
    const availableTime = { calendarId, startTime: at(from), endTime: at(to) };
    await rig.available.createAvailableTime({ requestId: randomUUID(), availableTime });
  }
  const query = queryOf([calendarId], { step: minutes(10) });
  expect(starts(await slotsOf(rig, query))).toEqual(["09:10", "12:00"]);
  await block(rig, calendarId, "10:30", "10:40");
  expect(starts(await slotsOf(rig, query))).toEqual(["12:00"]);
});

test("an opening of eight thousand years beside a daily block is no trouble, and is gone with any part of it", async () => {
  const calendarId = await calendarOf(rig, null, { manageAvailableWindows: true });
  const offer = (startTime: Timestamp, endTime: Timestamp) =>
    rig.available.createAvailableTime({ requestId: randomUUID(), availableTime: { calendarId, startTime, endTime } });
  const listed = async () => starts(await slotsOf(rig, queryOf([calendarId])));
  await offer(at("2020-01-01T00:00:00Z"), at("9999-01-01T00:00:00Z"));
  await offer(at("09:00"), at("10:00"));
  await offer(at("11:00"), at("9999-01-01T00:00:00Z"));
  expect(await listed()).toEqual(["09:00", "11:00"]);
  const far = await block(rig, calendarId, "7000-01-01T00:00:00Z", "7000-01-01T01:00:00Z");
  expect(await listed()).toEqual(["09:00"]);
  const { refusals } = await rig.slots.checkSlot({ query: queryOf([calendarId]), startTime: at("11:00") });
  expect(causes(refusals)).toEqual([`CALENDAR_BUSY blocked_time ${far.id}`]);
  await unblock(rig, far.id);
  const everyNoon = { calendarId, startTime: at("12:00"), endTime: at("13:00"), rruleString: "FREQ=DAILY" };
  await rig.blocked.createBlockedTime({ requestId: randomUUID(), blockedTime: everyNoon });
  expect(await listed()).toEqual(["09:00"]);
});

test("travel takes the time of the organization's matrix, and of the straight line where the matrix has none", async () => {
  const calendarId = await calendarOf(rig, daily(9, 13));
  const query = (place: string) => queryOf([calendarId], { duration: minutes(30), place });
  await rig.tell(AllocationsChangedSchema, [
    bookingOf(randomUUID(), 1, { calendarId, from: "10:30", to: "11:00", place: "office" }),
  ]);
  const travelTimes = {
    places: [
      { key: "office", latitude: 52.52, longitude: 13.4 },
      { key: "clinic", latitude: 52.52, longitude: 13.4 },
      // 1/6 of a degree north: 18.5 km, 37 minutes at 30 km an hour.
      { key: "far", latitude: 52.52 + 1 / 6, longitude: 13.4 },
    ],
    times: [
      { fromPlace: "clinic", toPlace: "office", duration: minutes(20) },
      { fromPlace: "office", toPlace: "clinic", duration: minutes(45) },
    ],
  };
  const free = async (place: string) => starts(await slotsOf(rig, query(place))).map((text) => text.slice(0, 5));
  expect(await free("clinic")).toEqual(["09:00", "09:30", "10:00", "11:00", "11:30", "12:00", "12:30"]);
  await rig.travel.setTravelTimes({ requestId: randomUUID(), travelTimes });
  expect(await free("clinic")).toEqual(["09:00", "09:30", "12:00", "12:30"]);
  expect(await free("far")).toEqual(["09:00", "12:00", "12:30"]);
  expect(await free("office")).toEqual(["09:00", "09:30", "10:00", "11:00", "11:30", "12:00", "12:30"]);
  expect(await free("unheard of")).toHaveLength(7);
  expect(await free("")).toHaveLength(7);
  const { refusals } = await rig.slots.checkSlot({ query: query("far"), startTime: at("09:30") });
  expect(causes(refusals)).toEqual([expect.stringMatching(/^TRAVEL booking /)]);
  expect(refusals[0]?.metadata).toEqual({ minutes: "38" });
});

test("travel times that name a way twice or are no whole minutes are refused naming the entry", async () => {
  const way = { fromPlace: "a", toPlace: "b", duration: minutes(5) };
  const set = (travelTimes: object) => refusalOf(rig.travel.setTravelTimes({ requestId: randomUUID(), travelTimes }));
  expect(await set({ times: [way, way] })).toBe("INVALID_FIELD travel_times.times[1]");
  const place = { key: "a", latitude: 0, longitude: 0 };
  expect(await set({ places: [place, place] })).toBe("INVALID_FIELD travel_times.places[1].key");
  const odd = { ...way, duration: durationFromMs(90_000) };
  expect(await set({ times: [odd] })).toBe("INVALID_FIELD travel_times.times[0].duration");
});

test("an opening of one of many is offered at its beginning alone, to the others as well", async () => {
  const dan = await calendarOf(rig, null, { manageAvailableWindows: true });
  const availableTime = { calendarId: dan, ...between("09:10", "12:10") };
  await rig.available.createAvailableTime({ requestId: randomUUID(), availableTime });
  expect(await hosts(queryOf([{ ids: [ada, dan], need: 1 }]))).toEqual({
    "09:00": [0],
    "09:10": [0, 1],
    "10:00": [0],
    "11:00": [0],
  });
});
