import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "@calends/kit/migrate";
import { compile } from "@calends/recurrence";
import { createDatabase } from "@calends/testkit/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
const organizationId = randomUUID();
const stack = new AsyncDisposableStack();
let client: Client;
const notices: string[] = [];

/** Rules from 2027-01-17, and the dates that they meant before the migration, by the calendar. */
const rules: readonly (readonly [rule: string, dates: string])[] = [
  ["FREQ=YEARLY;COUNT=4;BYMONTHDAY=17", "2027-01-17 2027-02-17 2027-03-17 2027-04-17"],
  ["FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=13", "2027-08-13 2028-10-13 2029-04-13"],
  [
    "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=31",
    "2027-01-31 2027-03-31 2027-05-31 2027-07-31 2027-08-31 2027-10-31 2027-12-31 2029-01-31",
  ],
  ["FREQ=YEARLY;BYMONTHDAY=1,-1;BYSETPOS=-1,2;WKST=SU", "2027-01-31 2027-12-31 2028-01-31 2028-12-31"],
  // The fifth Mondays of the years from 2027 on: 1 February, 31 January, 29 January, 4 February, 3 February.
  ["FREQ=YEARLY;BYDAY=5MO;BYMONTHDAY=1,2,3", "2027-02-01 2031-02-03"],
  ["RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTHDAY=31;SKIP=FORWARD", "2027-01-31 2027-03-01 2027-03-31 2027-05-01"],
  // 1 Adar I 5787 and 1 Adar II 5787 are among them.
  ["RSCALE=HEBREW;FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=1", "2027-02-08 2027-03-10 2027-04-08 2027-05-08"],
];

/** Rules that mean what they meant. */
const others = [
  "FREQ=YEARLY",
  "FREQ=YEARLY;BYMONTHDAY=17;BYMONTH=1",
  "FREQ=YEARLY;BYMONTHDAY=17;BYYEARDAY=17",
  "FREQ=YEARLY;BYMONTHDAY=17;BYWEEKNO=2",
  "FREQ=YEARLY;BYDAY=1MO",
  "FREQ=MONTHLY;BYMONTHDAY=17",
];

beforeAll(async () => {
  const database = stack.use(await createDatabase("every-month"));
  const before = stack.adopt(await mkdtemp(join(tmpdir(), "migrations-")), (path) => rm(path, { recursive: true }));
  await cp(directory, before, { recursive: true, filter: (path) => !/\/2026120[1-9]/.test(path) });
  await migrate({ connectionString: database.url, directory: before });
  client = stack.adopt(new Client({ connectionString: database.url }), (open) => open.end());
  await client.connect();
  for (const rule of [...rules.map(([text]) => text), ...others]) {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO series (organization_id, id, title, local_start, time_zone, duration_ms, rule, extra_lines, gap,
         max_advance_days, status, cancellation_reason, version, created_at, updated_at)
       VALUES ($1, gen_random_uuid(), $2, '2027-01-17T09:00:00', 'UTC', 3600000, $2, '', 'shift', 90, 'active', '', 1, now(), now())
       RETURNING id::text`,
      [organizationId, rule],
    );
    await client.query(
      `INSERT INTO series_versions (organization_id, series_id, version, change, actor, at, snapshot)
       VALUES ($1, $2, 1, 'created', '', now(), json_build_object('pattern', json_build_object('rule', $3::text)))`,
      [organizationId, rows[0]?.id, rule],
    );
  }
  const onNotice = (notice: string) => notices.push(notice);
  await migrate({ connectionString: database.url, directory, onNotice });
}, 60_000);
afterAll(() => stack.disposeAsync());

async function ruleThatWas(rule: string): Promise<{ rule: string; kept: string } | undefined> {
  const { rows } = await client.query<{ rule: string; kept: string }>(
    `SELECT rule, v.snapshot #>> '{pattern,rule}' AS kept FROM series s
     JOIN series_versions v ON v.organization_id = s.organization_id AND v.series_id = s.id WHERE s.title = $1`,
    [rule],
  );
  return rows[0];
}

test.each(rules)("%s has the dates that it had", async (rule, dates) => {
  const found = await ruleThatWas(rule);
  const { starts } = compile(`DTSTART;VALUE=DATE:20270117\nRRULE:${found?.rule ?? ""}`).between(0, 1e14, {
    limit: dates.split(" ").length,
  });
  expect([...starts].map((ms) => new Date(ms).toISOString().slice(0, 10)).join(" ")).toBe(dates);
  expect(found?.kept).toBe(found?.rule);
});

test.each(others)("%s stays as it is", async (rule) => {
  expect(await ruleThatWas(rule)).toEqual({ rule, kept: rule });
});

test("the migration says how many it has written anew", () => {
  const n = rules.length;
  expect(notices).toContain(`${n} series with days of every month in a yearly rule written as what they mean`);
  expect(notices).toContain(`${n} versions of such series written as what they mean`);
});
