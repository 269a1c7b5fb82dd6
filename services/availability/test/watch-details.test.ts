import type { WatchSlotsResponse } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { watch, type Watcher } from "./_watch.ts";
import { at, between, block, calendarOf, daily, minutes, queryOf, starts, unblock, type Query } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

async function messageOf({ messages }: Watcher, place: number): Promise<WatchSlotsResponse> {
  return must(await until(`message ${place}`, () => messages[place]), "message");
}

/** Slots with their hosts and seats, as in "09:00 hosts 0,1 seats 0". */
function details(slots: WatchSlotsResponse["slotsAdded"]): string[] {
  return slots.map((slot) => `${starts([slot]).join()} hosts ${slot.freeHosts.join()} seats ${slot.seatsLeft}`);
}

async function twoHosts(): Promise<{ hosts: [string, string]; query: Query }> {
  const hosts: [string, string] = [await calendarOf(rig, daily(9, 11)), await calendarOf(rig, daily(9, 11))];
  const openSessions = [{ startTime: at("15:00"), seatsLeft: 3 }];
  return { hosts, query: { ...queryOf([{ ids: hosts, need: 1 }]), openSessions } };
}

test("watchers are told of free hosts and seats as lists are, and of slots whose hosts change", async () => {
  const { hosts, query } = await twoHosts();
  await using watcher = watch(rig, query);
  const all = ["09:00 hosts 0,1 seats 0", "10:00 hosts 0,1 seats 0", "15:00 hosts  seats 3"];
  expect(details((await messageOf(watcher, 0)).slotsAdded)).toEqual(all);
  const { id } = await block(rig, hosts[0], "09:00", "10:00");
  const { slotsAdded, slotsRemoved, slotsChanged } = await messageOf(watcher, 1);
  expect([slotsAdded, slotsRemoved]).toEqual([[], []]);
  expect(details(slotsChanged)).toEqual(["09:00 hosts 1 seats 0"]);
  await unblock(rig, id);
  expect(details((await messageOf(watcher, 2)).slotsChanged)).toEqual(["09:00 hosts 0,1 seats 0"]);
});

test("who resumes hears of hosts that have changed meanwhile, and of nothing where nothing has", async () => {
  const { hosts, query } = await twoHosts();
  let cursor = "";
  {
    await using watcher = watch(rig, query);
    await messageOf(watcher, 0);
    cursor = watcher.cursor();
  }
  await using same = watch(rig, query, { cursor });
  await using after = watch(rig, query);
  await messageOf(after, 0);
  await block(rig, hosts[1], "10:00", "11:00");
  expect(details((await messageOf(same, 0)).slotsChanged)).toEqual(["10:00 hosts 0 seats 0"]);
  await using late = watch(rig, query, { cursor });
  const { snapshot, slotsChanged } = await messageOf(late, 0);
  expect([snapshot, details(slotsChanged)]).toEqual([
    false,
    ["09:00 hosts 0,1 seats 0", "10:00 hosts 0 seats 0", "15:00 hosts  seats 3"],
  ]);
});

test("a watcher is told when there are more slots than are watched, and when there are not any more", async () => {
  const calendarId = await calendarOf(rig, daily(0, 24));
  const range = between("00:00", "2026-06-08T00:00:00Z");
  const query = queryOf([calendarId], { duration: minutes(1), otherDurations: [minutes(2)] });
  await using watcher = watch(rig, query, { range });
  const first = await messageOf(watcher, 0);
  expect([first.slotsAdded.length, first.truncated]).toEqual([10_000, true]);
  const { id } = await block(rig, calendarId, "2026-06-04T00:00:00Z", "2026-06-08T00:00:00Z");
  const second = await messageOf(watcher, 1);
  expect(second.truncated).toBe(false);
  const cursor = watcher.cursor();
  await unblock(rig, id);
  expect((await messageOf(watcher, 2)).truncated).toBe(true);
  await using resumed = watch(rig, query, { range, cursor });
  expect((await messageOf(resumed, 0)).truncated).toBe(true);
});
