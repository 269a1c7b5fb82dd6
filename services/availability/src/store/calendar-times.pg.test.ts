import { randomUUID } from "node:crypto";
import { migrate } from "@calends/kit/migrate";
import { must } from "@calends/kit/must";
import { createDatabase } from "@calends/testkit/postgres";
import { PrismaPg } from "@prisma/adapter-pg";
import fc from "fast-check";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cancelDate, changeDate } from "../domain/occurrence-edits.ts";
import { compilePattern } from "../domain/pattern.ts";
import { readShape } from "../domain/read-pattern.ts";
import { createTime, spansOf, type Held } from "../domain/time-record.ts";
import { PrismaClient } from "../gen/prisma/client.ts";
import { migrations } from "../migrations.ts";
import { expandTimes } from "./calendar-times.ts";
import { listTimes, readStored } from "./time-reads.ts";
import { insertTimes } from "./time-writes.ts";

const stack = new AsyncDisposableStack();
const organizationId = randomUUID();
const now = new Date("2026-11-21T08:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const queries: string[] = [];
let db: PrismaClient;

beforeAll(async () => {
  const database = stack.use(await createDatabase("calendar_times"));
  await migrate({ connectionString: database.url, directory: migrations });
  const pool = stack.adopt(new Pool({ connectionString: database.url, max: 4 }), (open) => open.end());
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    log: [{ emit: "event", level: "query" }],
  });
  client.$on("query", ({ query }) => queries.push(query));
  stack.defer(() => client.$disconnect());
  db = client;
});
afterAll(() => stack.disposeAsync());

async function createCalendar(): Promise<string> {
  const id = randomUUID();
  const fields = { name: "Ada", kind: 1, timeZone: "Europe/Berlin", manageAvailableWindows: true };
  await db.calendar.create({ data: { organizationId, id, ...fields, createdAt: now, updatedAt: now } });
  return id;
}

/** How many statements some work sends. */
async function countQueries<T>(work: () => Promise<T>): Promise<{ count: number; result: T }> {
  queries.length = 0;
  const result = await work();
  return { count: queries.length, result };
}

function timeOf(calendarId: string, startMs: number, lengthMs: number, rule: string): Held {
  const wish = { startMs, endMs: startMs + lengthMs, timeZone: "Europe/Berlin", rule, extraLines: "" };
  const placement = { id: randomUUID(), calendarId, bundleCalendarId: null, bundlePrimaryId: null };
  const shape = readShape(wish, "time");
  return createTime({ ...placement, kind: "blocked" }, shape, { reason: "x", externalId: null }, now);
}

const drafts = fc.record({
  calendar: fc.nat({ max: 2 }),
  startHour: fc.integer({ min: -2_000, max: 9_000 }),
  hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 200, max: 2_000 })),
  rule: fc.constantFrom("", "FREQ=DAILY", "FREQ=WEEKLY;COUNT=7", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270601T000000Z"),
  cancelled: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
  moved: fc.array(fc.record({ nth: fc.nat({ max: 6 }), byHours: fc.integer({ min: -900, max: 900 }) }), {
    maxLength: 2,
  }),
});

test("what the database finds in a window is what each record by itself has in it", async () => {
  const calendarIds = await Promise.all([createCalendar(), createCalendar(), createCalendar()]);
  const windows = fc.record({
    fromHour: fc.integer({ min: -2_500, max: 9_500 }),
    hours: fc.integer({ min: 1, max: 900 }),
  });
  const property = fc.asyncProperty(fc.array(drafts, { maxLength: 8 }), windows, async (list, { fromHour, hours }) => {
    const made = list.map((draft) => edited(draft, must(calendarIds[draft.calendar], "calendar")));
    await insertTimes(db, organizationId, made);
    const fromMs = now.getTime() + fromHour * hourMs;
    const window = [fromMs, fromMs + hours * hourMs] as const;
    const asked = calendarIds.slice(0, 2);
    const question = { organizationId, calendarIds: asked, kind: "blocked" } as const;
    const found = await expandTimes(db, question, { fromMs: window[0], toMs: window[1] });
    await db.calendarTime.deleteMany({ where: { organizationId } });
    const expected = made
      .filter(({ time }) => asked.includes(time.calendarId))
      .flatMap((held) =>
        spansOf(held, compiledOf(held), window, 10_000).map((span) => textOf({ ...span, ...held.time, ...span })),
      );
    expect(found.map(textOf).toSorted()).toEqual(expected.toSorted());
    expect(found.map(({ startMs }) => startMs)).toEqual(found.map(({ startMs }) => startMs).toSorted((a, b) => a - b));
  });
  await fc.assert(property, { numRuns: 60 });
});

function edited(
  { startHour, hours, rule, cancelled, moved }: typeof drafts extends fc.Arbitrary<infer D> ? D : never,
  calendarId: string,
): Held {
  let held = timeOf(calendarId, now.getTime() + startHour * hourMs, hours * hourMs, rule);
  const starts = compiledOf(held)?.set.first(7) ?? new Float64Array();
  const dateAt = (nth: number) => starts[nth % starts.length];
  for (const nth of starts.length === 0 ? [] : cancelled) {
    held = cancelDate(held, must(dateAt(nth), "date"), randomUUID(), now);
  }
  for (const { nth, byHours } of starts.length === 0 ? [] : moved) {
    const date = must(dateAt(nth), "date");
    held = changeDate(held, date, { startMs: date + byHours * hourMs }, randomUUID(), now);
  }
  return held;
}

function compiledOf({ time: { pattern } }: Held) {
  return pattern === null ? null : compilePattern(pattern);
}

function textOf({ calendarId, startMs, endMs }: { calendarId: string; startMs: number; endMs: number }): string {
  return `${calendarId} ${new Date(startMs).toISOString()}/${new Date(endMs).toISOString()}`;
}

test("5,000 masters with exceptions in one window take one query, and their records two more", async () => {
  const calendarIds = await Promise.all(Array.from({ length: 50 }, createCalendar));
  const made = Array.from({ length: 5_000 }, (_, index) => {
    const calendarId = must(calendarIds[index % 50], "calendar");
    const held = timeOf(calendarId, now.getTime() + (index % 168) * hourMs, hourMs, "FREQ=WEEKLY");
    const second = held.time.startMs + 7 * dayMs;
    return index % 5 === 0 ? changeDate(held, second, { reason: "changed" }, randomUUID(), now) : held;
  });
  await insertTimes(db, organizationId, made);
  const fromMs = now.getTime() + 7 * dayMs;
  const question = { organizationId, calendarIds, kind: "blocked" } as const;
  const ask = () => expandTimes(db, question, { fromMs, toMs: fromMs + 7 * dayMs });
  const { count, result } = await countQueries(ask);
  expect([result.length, count]).toEqual([5_000, 1]);
  expect(result.filter(({ reason }) => reason === "changed")).toHaveLength(1_000);
  const expandAll = async () => {
    const dates = await ask();
    return readStored(
      db,
      organizationId,
      dates.map(({ id }) => id),
    );
  };
  expect((await countQueries(expandAll)).count).toBe(3);
  const window = { fromMs, toMs: fromMs + 7 * dayMs };
  const list = (which: "masters" | "occurrences") => () =>
    listTimes(db, organizationId, { kind: "blocked", calendarIds, bundles: [], window, reason: "", which }, 1_000, "");
  const masters = await countQueries(list("masters"));
  expect([masters.result.times.length, masters.count]).toEqual([1_000, 2]);
  const changed = await countQueries(list("occurrences"));
  expect([changed.result.times.length, changed.count]).toEqual([1_000, 3]);
});
