import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listCommitments, listZonedSeries, readBillable } from "./commitments.ts";
import { monthsOf } from "../domain/months.ts";
import { openStore, type Store } from "./index.ts";

const organizationId = randomUUID();
const calendarId = randomUUID();
/** A host of dates of series that are on other calendars, or on none. */
const hostId = randomUUID();
const stack = new AsyncDisposableStack();
let store: Store;
let pool: Pool;

/** So many series of a hundred weekly dates each; SERIES=10000 makes a million dates. */
const seriesCount = Number(process.env["SERIES"] ?? 1_000);

/** Ten of them are on one calendar. Every tenth date is a conflict. */
beforeAll(async () => {
  const database = stack.use(await createDatabase("commitments"));
  const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
  await migrate({ connectionString: database.url, directory });
  pool = stack.adopt(new Pool({ connectionString: database.url, max: 2 }), (open) => open.end());
  store = stack.use(openStore(pool, () => undefined));
  await pool.query(
    `INSERT INTO series (organization_id, id, title, calendar_id, local_start, time_zone, duration_ms, rule, extra_lines, gap,
       max_advance_days, status, cancellation_reason, version, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'Choir', CASE WHEN n <= 10 THEN $2::uuid ELSE gen_random_uuid() END, '2026-01-06T19:00:00',
       'Europe/Berlin', 3600000, 'FREQ=WEEKLY', '', 'shift', 90, 'active', '', 1, now(), now()
     FROM generate_series(1, $3::integer) n`,
    [organizationId, calendarId, seriesCount],
  );
  await pool.query(
    `INSERT INTO planned_occurrences (organization_id, series_id, recurrence_id, starts_at, ends_at, plan, plan_reason, settled)
     SELECT organization_id, id, start, start, start + interval '1 hour', 'planned', '',
       CASE WHEN week % 10 = 0 THEN 'conflict' ELSE 'booked' END
     FROM series, generate_series(0, 99) week,
       LATERAL (SELECT timestamptz '2026-01-06T18:00:00Z' + week * interval '1 week' AS start) times`,
  );
  await pool.query(
    `UPDATE planned_occurrences p SET calendar_ids =
       CASE WHEN date_part('day', recurrence_id)::int % 2 = 0 THEN ARRAY[coalesce(s.calendar_id, $2), $2] ELSE ARRAY[s.calendar_id] END
     FROM (SELECT id, calendar_id FROM series WHERE organization_id = $1 AND calendar_id <> $3 ORDER BY id DESC LIMIT 20) s
     WHERE p.organization_id = $1 AND p.series_id = s.id`,
    [organizationId, hostId, calendarId],
  );
  await pool.query(
    `INSERT INTO series_calendars SELECT DISTINCT organization_id, calendar, series_id
     FROM planned_occurrences, unnest(calendar_ids) calendar`,
  );
  // What was with the host once, and is no more.
  await pool.query(
    `INSERT INTO series_calendars SELECT organization_id, $2, id FROM series WHERE organization_id = $1
     ON CONFLICT DO NOTHING`,
    [organizationId, hostId],
  );
  await pool.query("VACUUM ANALYZE series, planned_occurrences, series_calendars");
}, 600_000);
afterAll(() => stack.disposeAsync());

const fourWeeks = { from: new Date("2026-11-01T00:00:00Z"), to: new Date("2026-11-29T00:00:00Z") };

/** The middle of eleven runs, in milliseconds. */
async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 11; run += 1) {
    const since = performance.now();
    await work();
    times.push(performance.now() - since);
  }
  return times.toSorted((a, b) => a - b)[5] ?? 0;
}

test("commitments of a calendar read its own series and the dates of the range alone, among 100,000", async () => {
  const page = { pageSize: 100, pageToken: "" };
  const read = () => listCommitments(store.db, organizationId, { calendarId, ...fourWeeks }, page);
  const { rows } = await read();
  expect(rows).toHaveLength(10);
  const [first] = rows;
  expect(first).toMatchObject({ occurrences: 4, conflicts: 0, skips: 0, minutes: 240 });
  expect(await medianMs(read)).toBeLessThan(500);
});

test("commitments of a host have the series of others whose dates are with it, and those dates alone", async () => {
  const read = (pageToken: string) =>
    listCommitments(store.db, organizationId, { calendarId: hostId, ...fourWeeks }, { pageSize: 15, pageToken });
  const first = await read("");
  expect(first.rows).toHaveLength(15);
  const { rows } = await read(first.nextPageToken);
  const all = [...first.rows, ...rows];
  expect(new Set(all.map(({ series_id }) => series_id)).size).toBe(20);
  // Of the Tuesdays of November 2026, the 10th and 24th are even.
  expect(all.every(({ occurrences, minutes }) => occurrences === 2 && minutes === 120)).toBe(true);
  expect(await medianMs(() => read(""))).toBeLessThan(500);
  expect(await medianMs(() => read(first.nextPageToken))).toBeLessThan(1000);
});

test("a page of a hundred of all commitments, and of what is billed in a year, is read within a second", async () => {
  const page = { pageSize: 100, pageToken: "" };
  const commitments = () => listCommitments(store.db, organizationId, { calendarId: null, ...fourWeeks }, page);
  const year = monthsOf("Europe/Berlin", "2026-01", "2026-12");
  const months = year.map((month) => ({ ...month, timeZone: "Europe/Berlin" }));
  const billable = async () => {
    const { series } = await listZonedSeries(store.db, organizationId, null, page);
    return readBillable(store.db, organizationId, series, months);
  };
  expect((await commitments()).rows).toHaveLength(100);
  expect(await billable()).toHaveLength(1200);
  expect(await medianMs(commitments)).toBeLessThan(1000);
  expect(await medianMs(billable)).toBeLessThan(1000);
});

test("the dates of a series in a range come from the index by time, not from the table", async () => {
  const { rows } = await pool.query<{ "QUERY PLAN": string }>(
    `EXPLAIN SELECT sum(takes_to - takes_from) FILTER (WHERE outcome IN ('planned', 'booked')) FROM planned_occurrences
     WHERE organization_id = $1 AND series_id = (SELECT id FROM series LIMIT 1) AND takes_from >= $2 AND takes_from < $3`,
    [organizationId, fourWeeks.from, fourWeeks.to],
  );
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("planned_occurrences_by_time");
  expect(plan).not.toContain("Seq Scan on planned_occurrences");
});

test("pages go through every series once", async () => {
  const seen: string[] = [];
  for (let pageToken = "", pages = 0; pages === 0 || pageToken !== ""; pages += 1) {
    const page = { pageSize: 300, pageToken };
    const answer = await listCommitments(store.db, organizationId, { calendarId: null, ...fourWeeks }, page);
    seen.push(...answer.rows.map(({ series_id }) => series_id));
    pageToken = answer.nextPageToken;
  }
  expect(seen).toHaveLength(seriesCount);
  expect(new Set(seen).size).toBe(seriesCount);
});

test("months are those of the platform's zones, also of names that the database does not have or means otherwise", async () => {
  const other = randomUUID();
  const [cat, ist] = [randomUUID(), randomUUID()];
  await pool.query(
    `INSERT INTO series (organization_id, id, title, local_start, time_zone, duration_ms, rule, extra_lines, gap,
       max_advance_days, status, cancellation_reason, version, created_at, updated_at)
     SELECT $1, id, 'Choir', '2026-01-06T19:00:00', zone, 3600000, 'FREQ=WEEKLY', '', 'shift', 90, 'active', '', 1, now(), now()
     FROM unnest($2::uuid[], $3::text[]) AS s (id, zone)`,
    [other, [cat, ist], ["CAT", "IST"]],
  );
  await pool.query(
    `INSERT INTO planned_occurrences (organization_id, series_id, recurrence_id, starts_at, ends_at, plan, plan_reason, settled)
     SELECT $1, unnest($2::uuid[]), start, start, start + interval '1 hour', 'planned', '', 'booked'
     FROM (SELECT timestamptz '2026-06-30T19:00:00Z' AS start) times`,
    [other, [cat, ist]],
  );
  const { series } = await listZonedSeries(store.db, other, null, { pageSize: 9, pageToken: "" });
  const months = series.flatMap(({ timeZone }) =>
    monthsOf(timeZone, "2026-06", "2026-07").map((month) => ({ ...month, timeZone })),
  );
  const found = await readBillable(store.db, other, series, months);
  // 21:00 in Africa/Harare, 00:30 of the next day in Asia/Kolkata.
  expect(new Map(found.map(({ series_id, month }) => [series_id, month]))).toEqual(
    new Map([
      [cat, "2026-06"],
      [ist, "2026-07"],
    ]),
  );
});
