import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cancelOccurrence, restoreOccurrence } from "../domain/exceptions.ts";
import { cancelSeries, extendSeries, pauseSeries, resumeSeries, updateSeries } from "../domain/series.ts";
import { must } from "@calends/kit/must";
import { failing, openRolling, patternOf, startsBetween, type Rolling } from "./_rolling.ts";
import { rollDue } from "./roll-series.ts";

const dayMs = 86_400_000;
const start = new Date("2027-02-01T06:00:00Z");
let rolling: Rolling;

beforeAll(async () => {
  rolling = await openRolling(start);
});
afterAll(() => rolling[Symbol.asyncDispose]());
/** Each test rolls its own series alone. */
beforeEach(() => rolling.deps.store.db.seriesRoll.deleteMany());

/** Lets days go by, rolling once a day; returns how often a series was rolled. */
async function goBy(days: number, deps = rolling.deps): Promise<number> {
  let rolled = 0;
  for (let day = 0; day < days; day += 1) {
    rolling.clock.advance(dayMs);
    rolled += await rollDue(deps);
  }
  return rolled;
}

function horizon(days: number): Date {
  return new Date(rolling.clock.now().getTime() + days * dayMs);
}

/** Berlin's clock is changed on 2027-03-28, New York's on 2027-03-14, Lord Howe's on 2027-04-04. */
const kinds = [
  { rule: "FREQ=DAILY" },
  { rule: "FREQ=DAILY", localStart: "2027-02-02T02:30:00" },
  { rule: "FREQ=DAILY", localStart: "2027-02-02T02:30:00", gap: "omit" as const },
  { rule: "FREQ=WEEKLY;BYDAY=MO,WE,SU" },
  { rule: "FREQ=WEEKLY;INTERVAL=2", timeZone: "Australia/Lord_Howe", localStart: "2027-02-07T02:15:00" },
  { rule: "FREQ=MONTHLY;BYDAY=-1SU", timeZone: "America/New_York", localStart: "2027-02-28T22:00:00" },
  { rule: "FREQ=MONTHLY;BYMONTHDAY=31" },
  { rule: "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", timeZone: "America/New_York" },
  { rule: "FREQ=WEEKLY;COUNT=20" },
  { rule: "FREQ=WEEKLY", endDate: "2027-05-31" },
  {
    rule: "FREQ=WEEKLY",
    extraLines: "RDATE;TZID=Europe/Berlin:20270611T190000\nEXDATE;TZID=Europe/Berlin:20270316T190000",
  },
  { rule: "FREQ=WEEKLY;BYDAY=SA", localStart: "2027-02-06T00:00:00", durationMs: 2 * dayMs, allDay: true },
];

test("over seven weeks with clock changes, deaths at every third transaction and a week of nothing, each date of each kind is planned and told once", async () => {
  const made = await Promise.all(kinds.map(async (kind) => [kind, await rolling.make(kind)] as const));
  const from = rolling.clock.now();
  const dying = failing(rolling.deps, 3);
  await goBy(14, dying);
  rolling.clock.advance(7 * dayMs);
  await goBy(27, dying);
  await goBy(1);
  for (const [kind, id] of made) {
    const expected = startsBetween(kind, from, horizon(90));
    const kept = [...(await rolling.kept(id)).keys()].toSorted((a, b) => a - b);
    const told = (await rolling.told(id)).toSorted((a, b) => a - b);
    expect({ rule: kind.rule, kept, told }).toEqual({ rule: kind.rule, kept: expected, told: expected });
  }
}, 240_000);

test("a series is rolled on once a day, and one of which nothing is left no more", async () => {
  const daily = await rolling.make({ rule: "FREQ=DAILY", localStart: "2027-04-01T09:00:00" }, 5);
  const short = await rolling.make({ rule: "FREQ=DAILY;COUNT=3", localStart: "2027-04-01T09:00:00" }, 5);
  const rolls = () => rolling.deps.store.db.seriesRoll.findMany({ where: { seriesId: { in: [daily, short] } } });
  await rollDue(rolling.deps);
  expect(await rollDue(rolling.deps)).toBe(0);
  rolling.clock.advance(dayMs - 1);
  const before = (await rolls()).map(({ plannedUntil }) => plannedUntil);
  await rollDue(rolling.deps);
  expect((await rolls()).map(({ plannedUntil }) => plannedUntil)).toEqual(before);
  await goBy(30);
  expect((await rolls()).map(({ seriesId }) => seriesId)).toEqual([daily]);
  expect((await rolling.kept(short)).size).toBe(3);
});

test("two workers at once plan nothing twice", async () => {
  const id = await rolling.make({ rule: "FREQ=DAILY" }, 10);
  for (let day = 0; day < 5; day += 1) {
    rolling.clock.advance(dayMs);
    await Promise.all([rollDue(rolling.deps), rollDue(rolling.deps), rollDue(rolling.deps)]);
    await rollDue(rolling.deps);
  }
  const told = await rolling.told(id);
  expect(new Set(told).size).toBe(told.length);
  expect(told.length).toBe((await rolling.kept(id)).size);
});

test("a paused series plans nothing; resumed, it plans from then on and not what was missed", async () => {
  const id = await rolling.make({ rule: "FREQ=DAILY" }, 7);
  const from = rolling.clock.now();
  await rolling.change(id, pauseSeries);
  const planned = (await rolling.kept(id)).size;
  await goBy(20);
  expect((await rolling.kept(id)).size).toBe(planned);
  const resumed = rolling.clock.now();
  await rolling.change(id, resumeSeries);
  const expected = [
    ...startsBetween({ rule: "FREQ=DAILY" }, from, new Date(from.getTime() + 7 * dayMs)),
    ...startsBetween({ rule: "FREQ=DAILY" }, resumed, new Date(resumed.getTime() + 7 * dayMs)),
  ];
  expect([...(await rolling.kept(id)).keys()].toSorted((a, b) => a - b)).toEqual(expected);
});

test("a skip may come before the date is generated, and stays when it is; restored, the date is planned", async () => {
  const id = await rolling.make({ rule: "FREQ=DAILY" }, 7);
  const far = must(startsBetween({ rule: "FREQ=DAILY" }, horizon(10), horizon(11))[0], "date");
  await rolling.change(id, (held, now) => cancelOccurrence(held, far, "", now));
  await goBy(14);
  expect((await rolling.kept(id)).get(far)).toBe("skipped");
  expect(await rolling.told(id)).not.toContain(far);
  const later = must(startsBetween({ rule: "FREQ=DAILY" }, horizon(9), horizon(10))[0], "date");
  await rolling.change(id, (held, now) => cancelOccurrence(held, later, "Away", now));
  await rolling.change(id, (held, now) => restoreOccurrence(held, later, now));
  await goBy(5);
  expect((await rolling.kept(id)).get(later)).toBe("planned");
  expect((await rolling.told(id)).filter((ms) => ms === later)).toHaveLength(1);
});

test("another pattern drops the planned dates that it does not have, and plans anew; the past stays", async () => {
  const id = await rolling.make({ rule: "FREQ=WEEKLY" }, 30);
  await goBy(10);
  const now = rolling.clock.now();
  const next = patternOf({ rule: "FREQ=WEEKLY;BYDAY=FR", localStart: "2027-02-05T19:00:00" });
  const before = [...(await rolling.kept(id)).keys()];
  await rolling.change(id, (held, at) => updateSeries(held, { title: "Choir", pattern: next }, at));
  const kept = await rolling.kept(id);
  for (const ms of before) {
    expect(kept.get(ms)).toBe(ms < now.getTime() ? "planned" : "cancelled");
  }
  const fridays = [...kept].filter(([ms, outcome]) => outcome === "planned" && ms >= now.getTime());
  expect(fridays.every(([ms]) => new Date(ms).getUTCDay() === 5)).toBe(true);
  expect(fridays.length).toBeGreaterThan(3);
});

test("a cancelled series cancels what is to come, an extended one plans on", async () => {
  const id = await rolling.make({ rule: "FREQ=DAILY" }, 7);
  await goBy(3);
  const now = rolling.clock.now().getTime();
  await rolling.change(id, (held, at) => cancelSeries(held, "Moved away", at));
  const outcomes = [...(await rolling.kept(id))].map(([ms, outcome]) => (outcome === "cancelled") === ms >= now);
  expect(outcomes.every(Boolean)).toBe(true);
  const year = rolling.clock.now().getUTCFullYear();
  const ends = await rolling.make({ rule: "FREQ=DAILY;COUNT=2", localStart: `${year}-12-01T19:00:00` }, 366);
  expect((await rolling.kept(ends)).size).toBe(2);
  await rolling.change(ends, (held, at) => extendSeries(held, `${year}-12-05`, at));
  expect((await rolling.kept(ends)).size).toBe(5);
});

test("a series that cannot be worked out waits an hour, and others do not wait for it", async () => {
  const broken = await rolling.make({ rule: "FREQ=DAILY" }, 3);
  const fine = await rolling.make({ rule: "FREQ=DAILY" }, 3);
  const { db } = rolling.deps.store;
  await db.series.updateMany({ where: { id: broken }, data: { rule: "FREQ=NEVER" } });
  const before = (await rolling.kept(fine)).size;
  await goBy(1);
  expect((await rolling.kept(fine)).size).toBe(before + 1);
  await db.series.updateMany({ where: { id: broken }, data: { rule: "FREQ=DAILY" } });
  rolling.clock.advance(3_600_000);
  await rollDue(rolling.deps);
  expect((await rolling.kept(broken)).size).toBe(before + 1);
});
