import { randomUUID } from "node:crypto";
import { FreshnessPolicy } from "@calends/contracts/calends/availability/v1/slots_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { must } from "@calends/kit/must";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { watch } from "./_watch.ts";
import {
  between,
  block,
  bookingOf,
  bundleOf,
  calendarOf,
  daily,
  minutes,
  monday,
  queryOf,
  refusalOf,
  unblock,
} from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  // The clock stands a twentieth of a second before a whole minute.
  rig = await startRig("2026-06-01T07:59:59.950Z");
});
afterEach(() => {
  rig.clock.set(new Date("2026-06-01T07:59:59.950Z"));
});
afterAll(() => rig[Symbol.asyncDispose]());

test("the first message is a snapshot; then come the differences of whatever moves slots, as it commits", async () => {
  const calendarId = await calendarOf(rig);
  await using watcher = watch(rig, queryOf([calendarId]));
  expect(await watcher.next()).toEqual(["+09:00", "+10:00", "+11:00"]);
  const { id } = await block(rig, calendarId, "10:30", "10:45");
  expect(await watcher.next()).toEqual(["-10:00"]);
  const bookingId = randomUUID();
  const took = { calendarId, from: "11:00", to: "12:00" };
  await rig.publish(AllocationsChangedSchema, bookingOf(bookingId, 1, took));
  expect(await watcher.next()).toEqual(["-11:00"]);
  await unblock(rig, id);
  expect(await watcher.next()).toEqual(["+10:00"]);
  await rig.publish(AllocationsChangedSchema, bookingOf(bookingId, 2));
  expect(await watcher.next()).toEqual(["+11:00"]);
  const profile = { calendarId, schedule: daily(9, 11, { breaks: [] }) };
  await rig.calendars.setProfile({ requestId: randomUUID(), profile });
  expect(await watcher.next()).toEqual(["-11:00"]);
  expect(watcher.messages.map(({ snapshot }) => snapshot)).toEqual([true, false, false, false, false, false]);
  expect(watcher.faults).toEqual([]);
});

test("a calendar without slots has an empty snapshot, and one that does not exist none", async () => {
  await using watcher = watch(rig, queryOf([await calendarOf(rig, null)]));
  expect(await watcher.next()).toEqual([]);
  expect(watcher.messages[0]?.snapshot).toBe(true);
  await using foreign = watch(rig, queryOf([await calendarOf(rig.as(randomUUID()))]));
  expect(await refusalOf(foreign.ended.then((error) => Promise.reject(must(error as Error, "error"))))).toBe(
    "NOT_FOUND",
  );
});

test("a question that is too much to answer is refused to watchers too", async () => {
  const calendarId = await calendarOf(rig);
  const everySecond = {
    calendarId,
    ...between("2026-06-01T08:00:00Z", "2026-06-01T08:00:01Z"),
    rruleString: "FREQ=SECONDLY",
  };
  await rig.blocked.createBlockedTime({ requestId: randomUUID(), blockedTime: everySecond });
  const range = between("08:00", "2026-06-05T08:00:00Z");
  await using watcher = watch(rig, queryOf([calendarId]), { range });
  expect(String(await watcher.ended)).toContain("[resource_exhausted] more than 200000 times in the range");
});

test("what moves a member moves its bundle, also a member that joined while it was watched", async () => {
  const [a, b] = [await calendarOf(rig), await calendarOf(rig)];
  const id = await bundleOf(rig, [a]);
  await using watcher = watch(rig, queryOf([id]));
  await watcher.next();
  await block(rig, a, "09:00", "10:00");
  expect(await watcher.next()).toEqual(["-09:00"]);
  await block(rig, b, "10:00", "11:00");
  const update = { calendarId: id, name: "Both", timeZone: "UTC", memberIds: [a, b], primaryMemberId: a };
  await rig.calendars.updateCalendar({ requestId: randomUUID(), ...update });
  expect(await watcher.next()).toEqual(["-10:00"]);
  await block(rig, b, "11:00", "12:00");
  expect(await watcher.next()).toEqual(["-11:00"]);
});

test("travel times that become others move the slots of those who travel", async () => {
  const calendarId = await calendarOf(rig);
  await rig.tell(AllocationsChangedSchema, [
    bookingOf(randomUUID(), 1, { calendarId, from: "09:00", to: "10:00", place: "office" }),
  ]);
  await using watcher = watch(rig, queryOf([calendarId], { place: "clinic" }));
  expect(await watcher.next()).toEqual(["+10:00", "+11:00"]);
  const times = [{ fromPlace: "office", toPlace: "clinic", duration: minutes(30) }];
  await rig.travel.setTravelTimes({ requestId: randomUUID(), travelTimes: { times } });
  expect(await watcher.next()).toEqual(["-10:00"]);
});

test("the time alone takes slots whose notice has passed, and brings those that a horizon lets in", async () => {
  const calendarId = await calendarOf(rig);
  await using soon = watch(rig, queryOf([calendarId], { minNotice: minutes(60) }));
  await using far = watch(rig, queryOf([calendarId], { horizon: minutes(120) }));
  expect(await soon.next()).toEqual(["+09:00", "+10:00", "+11:00"]);
  expect(await far.next()).toEqual(["+09:00"]);
  rig.clock.advance(100);
  expect(await soon.next()).toEqual(["-09:00"]);
  expect(await far.next()).toEqual(["+10:00"]);
});

test("the time alone takes the slots of a calendar that is no longer up to date", async () => {
  const calendarId = await calendarOf(rig);
  const lastGood = new Date(rig.clock.now().getTime() - 60 * 60_000 + 50);
  await rig.query("INSERT INTO calendar_freshness VALUES ($1, $2, 'google', $3, $4, true)", [
    rig.organizationId,
    calendarId,
    randomUUID(),
    lastGood,
  ]);
  await using watcher = watch(rig, { ...queryOf([calendarId]), freshnessPolicy: FreshnessPolicy.STRICT });
  expect(await watcher.next()).toHaveLength(3);
  rig.clock.advance(100);
  expect(await watcher.next()).toEqual(["-09:00", "-10:00", "-11:00"]);
});

test("a cursor that was changed, is of another question or of another organization is refused naming it", async () => {
  const [calendarId, other] = [await calendarOf(rig), await calendarOf(rig)];
  await using watcher = watch(rig, queryOf([calendarId]));
  await watcher.next();
  const cursor = watcher.cursor();
  const refusal = async (member: Pick<Rig, "slots">, id: string, text: string, range = monday) => {
    await using refused = watch(member, queryOf([id]), { cursor: text, range });
    return await refusalOf(refused.ended.then((error) => Promise.reject(must(error as Error, "error"))));
  };
  const middle = Math.floor(cursor.length / 2);
  const swapped = `${cursor.slice(0, middle)}${cursor[middle] === "A" ? "B" : "A"}${cursor.slice(middle + 1)}`;
  for (const forged of [swapped, cursor.slice(0, -4), cursor.slice(4), "A", randomUUID()]) {
    expect(await refusal(rig, calendarId, forged)).toBe("INVALID_FIELD cursor");
  }
  expect(await refusal(rig, other, cursor)).toBe("INVALID_FIELD cursor");
  expect(await refusal(rig, calendarId, cursor, between("00:00", "12:00"))).toBe("INVALID_FIELD cursor");
  expect(await refusal(rig.as(randomUUID()), calendarId, cursor)).toBe("INVALID_FIELD cursor");
  expect(await refusal(rig, calendarId, "", between("00:00", "2026-08-03T00:00:00Z"))).toBe(
    "INVALID_FIELD range.end_time",
  );
});
