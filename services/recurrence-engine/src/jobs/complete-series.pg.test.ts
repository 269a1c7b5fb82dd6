import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { pauseSeries } from "../domain/series.ts";
import { openRolling, type Rolling } from "./_rolling.ts";
import { completePast } from "./complete-series.ts";

const start = new Date("2027-02-01T06:00:00Z");
const thrice = { rule: "FREQ=DAILY;COUNT=3" };
let rolling: Rolling;

beforeAll(async () => {
  rolling = await openRolling(start);
});
beforeEach(() => rolling.clock.set(start));
afterAll(() => rolling[Symbol.asyncDispose]());

async function statusOf(id: string): Promise<string | undefined> {
  const found = await rolling.deps.store.db.series.findFirst({ where: { id }, select: { status: true } });
  return found?.status;
}

test("a series that cannot be completed waits an hour, and those of other organizations do not wait for it", async () => {
  const { db } = rolling.deps.store;
  const broken = await rolling.make(thrice);
  const fine = await rolling.make({ ...thrice, localStart: "2027-02-03T19:00:00" });
  await db.series.updateMany({ where: { id: broken }, data: { rule: "FREQ=NEVER" } });
  rolling.clock.set(new Date("2027-03-01T06:00:00Z"));
  expect(await completePast(rolling.deps)).toBe(2);
  expect([await statusOf(broken), await statusOf(fine)]).toEqual(["active", "completed"]);
  await db.series.updateMany({ where: { id: broken }, data: { rule: thrice.rule } });
  expect(await completePast(rolling.deps)).toBe(0);
  rolling.clock.advance(3_600_000);
  expect(await completePast(rolling.deps)).toBe(1);
  expect(await statusOf(broken)).toBe("completed");
});

test("a series that was paused when its last date passed is completed", async () => {
  const id = await rolling.make(thrice);
  await rolling.change(id, pauseSeries);
  rolling.clock.set(new Date("2027-02-04T18:59:59Z"));
  expect(await completePast(rolling.deps)).toBe(0);
  rolling.clock.advance(1_000);
  expect(await completePast(rolling.deps)).toBe(1);
  expect(await statusOf(id)).toBe("completed");
});
