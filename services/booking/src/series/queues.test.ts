import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { startQueues } from "./queues.ts";

function keyOf(seriesId: string) {
  return { organizationId: "o", seriesId };
}

test("a series with much to do gives way to others after each part, and is never worked on twice at once", async () => {
  const left = new Map([
    ["long", 5],
    ["short", 1],
  ]);
  const done: string[] = [];
  const inHand = new Set<string>();
  await using queues = startQueues(async ({ seriesId }) => {
    expect(inHand.has(seriesId)).toBe(false);
    inHand.add(seriesId);
    await nextTurn();
    inHand.delete(seriesId);
    done.push(seriesId);
    left.set(seriesId, (left.get(seriesId) ?? 0) - 1);
    return (left.get(seriesId) ?? 0) > 0;
  }, 1);
  queues.wake(keyOf("long"));
  queues.wake(keyOf("long"));
  queues.wake(keyOf("short"));
  while (done.length < 6) {
    await nextTurn();
  }
  expect(done.indexOf("short")).toBeLessThanOrEqual(2);
});

test("as many series as there is room for are worked on side by side, and no more", async () => {
  const begun: string[] = [];
  const released = Promise.withResolvers<void>();
  await using queues = startQueues(async ({ seriesId }) => {
    begun.push(seriesId);
    await released.promise;
    return false;
  }, 2);
  for (const seriesId of ["a", "b", "c"]) {
    queues.wake(keyOf(seriesId));
  }
  expect(begun).toEqual(["a", "b"]);
  released.resolve();
  while (begun.length < 3) {
    await nextTurn();
  }
  expect(begun).toEqual(["a", "b", "c"]);
});

test("a series that is woken while it is worked on is looked at once more", async () => {
  let looks = 0;
  const released = Promise.withResolvers<void>();
  await using queues = startQueues(async () => {
    looks += 1;
    await released.promise;
    return false;
  }, 2);
  queues.wake(keyOf("a"));
  queues.wake(keyOf("a"));
  expect(looks).toBe(1);
  released.resolve();
  while (looks < 2) {
    await nextTurn();
  }
  expect(looks).toBe(2);
});
