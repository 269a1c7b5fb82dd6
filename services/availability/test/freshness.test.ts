import { randomUUID } from "node:crypto";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FreshnessPolicy as Policy } from "@calends/contracts/calends/availability/v1/slots_pb";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { at, bundleOf, calendarOf, causes, minutes, monday, queryOf, slotsOf, starts } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** A calendar of which Google's events were complete so long ago. */
async function synchronized(ageMinutes: number, healthy = true): Promise<string> {
  const calendarId = await calendarOf(rig);
  await tellAge(calendarId, ageMinutes, healthy);
  return calendarId;
}

async function tellAge(calendarId: string, ageMinutes: number, healthy = true, source = "google"): Promise<void> {
  const lastGoodTime = timestampFromMs(rig.clock.now().getTime() - ageMinutes * 60_000);
  const event = { calendarId, source, connectionId: randomUUID(), lastGoodTime, healthy };
  await rig.tell(ExternalBusyChangedSchema, [event]);
}

/** What is listed, and what a check of nine o'clock says. */
async function ask(calendarId: string, freshnessPolicy: Policy, maxStaleness?: ReturnType<typeof minutes>) {
  const asked = { ...queryOf([calendarId]), freshnessPolicy };
  const query = maxStaleness === undefined ? asked : { ...asked, maxStaleness };
  const listed = starts(await slotsOf(rig, query)).length;
  const { available, refusals } = await rig.slots.checkSlot({ query, startTime: at("09:00") });
  return [listed, available ? "bookable" : causes(refusals).join()];
}

const stale = "STALE_CALENDAR external google";
test.each([
  ["strict hides it", Policy.STRICT, [0, stale]],
  ["verify on book lists and refuses it", Policy.VERIFY_ON_BOOK, [3, stale]],
  ["ignore broken lists and books it", Policy.IGNORE_BROKEN, [3, "bookable"]],
  ["no policy is as ignore broken", Policy.UNSPECIFIED, [3, "bookable"]],
] as const)("of a calendar that is out of date, %s", async (_, policy, expected) => {
  expect(await ask(await synchronized(61), policy)).toEqual(expected);
  expect(await ask(await synchronized(0, false), policy)).toEqual(expected);
  expect(await ask(await synchronized(60), policy)).toEqual([3, "bookable"]);
  expect(await ask(await calendarOf(rig), policy)).toEqual([3, "bookable"]);
});

test("the question says how old is too old, to the second", async () => {
  const calendarId = await synchronized(10);
  expect(await ask(calendarId, Policy.STRICT, minutes(10))).toEqual([3, "bookable"]);
  rig.clock.advance(1_000);
  expect(await ask(calendarId, Policy.STRICT, minutes(10))).toEqual([0, stale]);
  expect(await ask(calendarId, Policy.STRICT, minutes(11))).toEqual([3, "bookable"]);
});

test("each calendar's sources are told with their age, whatever the policy", async () => {
  const calendarId = await synchronized(90);
  await tellAge(calendarId, 5, false, "microsoft");
  await tellAge(calendarId, 5, true, "caldav");
  const { freshness } = await rig.slots.findSlots({ query: queryOf([calendarId]), range: monday });
  const told = freshness.map((one) => [
    one.source,
    durationMs(must(one.lag, "lag")) / 60_000,
    one.healthy,
    one.fresh,
    one.calendarId === calendarId,
  ]);
  expect(told.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
    ["caldav", 5, true, true, true],
    ["google", 90, true, false, true],
    ["microsoft", 5, false, false, true],
  ]);
  expect((await rig.slots.findSlots({ query: queryOf([await calendarOf(rig)]), range: monday })).freshness).toEqual([]);
});

test("a refusal says how old the events are; a newer synchronization makes the calendar bookable", async () => {
  const calendarId = await synchronized(95);
  const query = { ...queryOf([calendarId]), freshnessPolicy: Policy.STRICT };
  const { refusals } = await rig.slots.checkSlot({ query, startTime: at("09:00") });
  expect(refusals[0]).toMatchObject({ calendarId, metadata: { lag_minutes: "95" } });
  await rig.query("UPDATE calendar_freshness SET last_good_at = $1 WHERE calendar_id = $2", [
    rig.clock.now(),
    calendarId,
  ]);
  expect(await ask(calendarId, Policy.STRICT)).toEqual([3, "bookable"]);
});

test("an open session of a calendar that is out of date is no more bookable than anything else of it", async () => {
  const calendarId = await synchronized(61);
  const openSessions = [{ startTime: at("15:00"), seatsLeft: 3 }];
  const asked = { ...queryOf([calendarId]), openSessions };
  const check = async (freshnessPolicy: Policy) => {
    const query = { ...asked, freshnessPolicy };
    const listed = starts(await slotsOf(rig, query)).includes("15:00");
    const { refusals, available } = await rig.slots.checkSlot({ query, startTime: at("15:00") });
    return [listed, available, ...causes(refusals)];
  };
  expect(await check(Policy.STRICT)).toEqual([false, false, stale]);
  expect(await check(Policy.VERIFY_ON_BOOK)).toEqual([true, false, stale]);
  expect(await check(Policy.IGNORE_BROKEN)).toEqual([true, true]);
});

test("a bundle is as out of date as any of its members, and a group does without those that are", async () => {
  const [fresh, old] = [await synchronized(0), await synchronized(120)];
  expect(await ask(await bundleOf(rig, [fresh, old]), Policy.STRICT)).toEqual([0, stale]);
  const query = { ...queryOf([{ ids: [old, fresh], need: 1 }]), freshnessPolicy: Policy.STRICT };
  expect((await slotsOf(rig, query)).map(({ freeHosts }) => freeHosts)).toEqual([[1], [1], [1]]);
});

test("a synchronization that recovers without a newer good time makes the calendar bookable again", async () => {
  const calendarId = await calendarOf(rig);
  const lastGoodTime = timestampFromMs(rig.clock.now().getTime());
  const event = { calendarId, source: "google", connectionId: randomUUID(), lastGoodTime };
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, healthy: true }]);
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, healthy: false }]);
  expect(await ask(calendarId, Policy.STRICT)).toEqual([0, stale]);
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, healthy: true }]);
  expect(await ask(calendarId, Policy.STRICT)).toEqual([3, "bookable"]);
});

test("a connection that is gone keeps no calendar from being booked, and is not told any more", async () => {
  const calendarId = await calendarOf(rig);
  const event = { calendarId, source: "google", connectionId: randomUUID() };
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, healthy: false }]);
  expect(await ask(calendarId, Policy.STRICT)).toEqual([0, stale]);
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, connectionGone: true }]);
  expect(await ask(calendarId, Policy.STRICT)).toEqual([3, "bookable"]);
  expect((await rig.slots.findSlots({ query: queryOf([calendarId]), range: monday })).freshness).toEqual([]);
});
