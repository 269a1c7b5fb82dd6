import { randomUUID } from "node:crypto";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { until } from "@calends/testkit/until";
import { Code, ConnectError } from "@connectrpc/connect";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { listed, watch } from "./_watch.ts";
import { between, block, bookingOf, calendarOf, daily, minutes, queryOf, starts, unblock } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rig[Symbol.asyncDispose]());

test("many changes while a watcher does not read come as few differences, and nothing is lost", async () => {
  const calendarId = await calendarOf(rig, daily(0, 24));
  const range = between("08:00", "2026-06-03T08:00:00Z");
  const query = queryOf([calendarId], { duration: minutes(1) });
  await using reader = watch(rig, query, { range });
  const leaving = new AbortController();
  const slow = rig.slots.watchSlots({ query, range }, { signal: leaving.signal })[Symbol.asyncIterator]();
  const known = new Set(starts((await slow.next()).value.slotsAdded));
  const bookingId = randomUUID();
  const took = { calendarId, from: "00:00", to: "2026-06-03T00:00:00Z" };
  const changes = 26;
  for (let version = 1; version <= changes; version += 1) {
    await rig.publish(AllocationsChangedSchema, bookingOf(bookingId, version, ...(version % 2 === 1 ? [took] : [])));
    await until(`change ${version}`, () => reader.messages.length > version);
  }
  await block(rig, calendarId, "09:00", "09:01");
  let read = 0;
  while (known.has("09:00+1") || known.size !== 48 * 60 - 1) {
    const { slotsAdded, slotsRemoved } = (await slow.next()).value;
    starts(slotsRemoved).forEach((slot) => known.delete(slot));
    starts(slotsAdded).forEach((slot) => known.add(slot));
    read += 1;
  }
  leaving.abort();
  expect(read).toBeLessThan(changes);
  expect([...known].toSorted()).toEqual(await listed(rig, query, range));
});

test("those who ask the same share the work, and whoever has left costs none", async () => {
  const [calendarId, sentinel] = [await calendarOf(rig), await calendarOf(rig)];
  await using other = watch(rig, queryOf([sentinel]));
  await other.next();
  const spy = vi.spyOn(Client.prototype, "query");
  const computations = () =>
    spy.mock.calls
      .map(([asked]) => JSON.stringify(asked))
      .filter((asked) => asked.includes('"name":"slots"') && asked.includes(calendarId)).length;
  /** How often slots of the calendar are computed when it changes; the sentinel changes after it. */
  const cost = async () => {
    const [before, heard] = [computations(), other.messages.length];
    const ofCalendar = await block(rig, calendarId, "09:00", "10:00");
    const ofSentinel = await block(rig, sentinel, "09:00", "10:00");
    await until("the sentinel was heard of", () => other.messages.length > heard);
    const computed = computations() - before;
    await unblock(rig, ofCalendar.id);
    await unblock(rig, ofSentinel.id);
    await other.knows(["09:00", "10:00", "11:00"]);
    return computed;
  };
  {
    await using first = watch(rig, queryOf([calendarId]));
    await using second = watch(rig, queryOf([calendarId]));
    await Promise.all([first.next(), second.next()]);
    expect(await cost()).toBe(1);
    await Promise.all([first, second].map((watcher) => watcher.knows(["09:00", "10:00", "11:00"])));
  }
  await until("nobody is known to watch", async () => (await cost()) === 0);
});

test("a replica stops within two seconds although it is watched, and tells its watchers to go elsewhere", async () => {
  const calendarId = await calendarOf(rig);
  const replica = await rig.replica();
  const { slots } = replica.as(rig.organizationId);
  await using silent = watch({ slots }, queryOf([await calendarOf(rig, null)]));
  await using watcher = watch({ slots }, queryOf([calendarId]));
  await Promise.all([watcher.next(), silent.next()]);
  const began = performance.now();
  await replica[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(2_000);
  for (const error of [await watcher.ended, await silent.ended]) {
    expect(error instanceof ConnectError && error.code).toBe(Code.Unavailable);
  }
  await using resumed = watch(rig, queryOf([calendarId]), { cursor: watcher.cursor(), known: watcher.known() });
  await block(rig, calendarId, "09:00", "10:00");
  expect(await resumed.next()).toEqual(["-09:00"]);
});
