import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { Client } from "pg";
import { expect, test } from "vitest";

const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/** Rules as they were kept, and as they are written to mean the same. */
const rules: ReadonlyMap<string, string> = new Map([
  ["FREQ=YEARLY;COUNT=4;BYMONTHDAY=17", "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=17"],
  ["FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=17", "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=17;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12"],
  ["FREQ=YEARLY;BYMONTHDAY=17;BYMONTH=1", "FREQ=YEARLY;BYMONTHDAY=17;BYMONTH=1"],
  ["FREQ=YEARLY", "FREQ=YEARLY"],
  ["FREQ=WEEKLY", "FREQ=WEEKLY"],
]);

test("recurring times of before keep the dates that they had, and the migration says how many", async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createDatabase("every-month"));
  const before = stack.adopt(await mkdtemp(join(tmpdir(), "migrations-")), (path) => rm(path, { recursive: true }));
  await cp(directory, before, { recursive: true, filter: (path) => !/\/2026120[1-9]/.test(path) });
  await migrate({ connectionString: url, directory: before });
  const client = stack.adopt(new Client({ connectionString: url }), (open) => open.end());
  await client.connect();
  await client.query("SET session_replication_role = replica"); // Their calendar does not matter.
  for (const rule of rules.keys()) {
    await client.query(
      `INSERT INTO calendar_times (organization_id, id, calendar_id, kind, starts_at, ends_at, time_zone, local_start,
         duration_ms, rule, extra_lines, reason, cancelled, version, created_at, updated_at)
       VALUES ($1, gen_random_uuid(), $1, 'blocked', '2027-01-17T09:00Z', '2027-01-17T10:00Z', 'UTC', '2027-01-17T09:00:00',
         3600000, $2, '', $2, false, 1, now(), now())`,
      [randomUUID(), rule],
    );
  }
  const notices: string[] = [];
  await migrate({ connectionString: url, directory, onNotice: (notice) => notices.push(notice) });
  const { rows } = await client.query<{ was: string; rule: string }>("SELECT reason AS was, rule FROM calendar_times");
  expect(new Map(rows.map(({ was, rule }) => [was, rule]))).toEqual(rules);
  expect(notices).toContain("2 recurring times with days of every month in a yearly rule written as what they mean");
}, 60_000);
