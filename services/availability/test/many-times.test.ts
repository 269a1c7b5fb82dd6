import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { at, between, calendarOf } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const secondly = "FREQ=SECONDLY;COUNT=900000";

/** Blocks a calendar again each second, each time until a moment after nine. */
async function blockSecondly(calendarId: string, until: string, rruleString: string): Promise<void> {
  const blockedTime = { calendarId, ...between("09:00", until), rruleString };
  await rig.blocked.createBlockedTime({ requestId: randomUUID(), blockedTime });
}

test.each([
  [10_000, false],
  [10_001, true],
])("of %i busy times the first ten thousand are listed, and whether there are more: %s", async (count, truncated) => {
  const calendarId = await calendarOf(rig);
  await blockSecondly(calendarId, "2026-06-01T09:00:01Z", `FREQ=SECONDLY;COUNT=${count}`);
  const answer = await rig.slots.listBusyTimes({ calendarId, range: between("08:00", "2026-06-02T00:00:00Z") });
  expect([answer.busyTimes.length, answer.truncated]).toEqual([10_000, truncated]);
  const starts = answer.busyTimes.map(({ startTime }) => timestampMs(must(startTime, "start")));
  const first = timestampMs(at("09:00"));
  expect(starts).toEqual(starts.map((_, index) => first + index * 1_000));
});

test("while rules without number are listed, others have their turn", async () => {
  const calendarId = await calendarOf(rig);
  for (let master = 0; master < 30; master += 1) {
    await blockSecondly(calendarId, "2026-06-03T00:00:00Z", secondly);
  }
  const range = between("2026-06-04T00:00:00Z", "2026-06-05T00:00:00Z");
  let longestMs = 0;
  let listed: number | undefined;
  const list = rig.blocked.listBlockedTimes({ calendarIds: [calendarId], range }).then(({ blockedTimes }) => {
    listed = blockedTimes.length;
  });
  for (let since = performance.now(); listed === undefined; since = performance.now()) {
    await nextTurn();
    longestMs = Math.max(longestMs, performance.now() - since);
  }
  await list;
  expect(listed).toBe(30);
  expect(longestMs).toBeLessThan(500);
});
