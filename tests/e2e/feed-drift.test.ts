import { randomUUID } from "node:crypto";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup } from "./_groups.ts";
import { spawnService } from "./_processes.ts";
import { command, openFeed } from "./_restore.ts";
import { openBroker, untilHandled } from "./_truth.ts";
import { dayAhead, query } from "./_util.ts";

const hourMs = 3_600_000;
const startMs = dayAhead(5);
const stack = new AsyncDisposableStack();
let sky: TestConstellation;

beforeAll(async () => {
  sky = stack.use(await startTestConstellation());
});
afterAll(() => stack.disposeAsync());

function inSync(sql: string, values: unknown[] = []) {
  return query(sky.databaseUrl("sync"), sql, values);
}

async function heard(): Promise<void> {
  await using broker = await openBroker(sky);
  await untilHandled(broker);
}

/** Shows a booking on a calendar that booking does not have. */
async function addPhantom({ organizationId, calendarId }: Bookable): Promise<void> {
  const ids = [organizationId, randomUUID()];
  await inSync("INSERT INTO seen_bookings VALUES ($1, $2, 3)", ids);
  await inSync(
    `INSERT INTO calendar_events (organization_id, booking_id, calendar_id, title, tentative, starts_at, ends_at, location,
       meeting_url, sequence, changed_at)
     VALUES ($1, $2, $3, 'Phantom', false, now() + interval '2 days', now() + interval '3 days', '', '', 0, now())`,
    [...ids, calendarId],
  );
}

test("a feed that shows what booking does not have, not what it has, or a version that does not exist, is repaired and told of", async () => {
  const bookable = await createBookable(sky);
  const feed = await openFeed(sky, bookable);
  const missing = await bookAt(sky, bookable, startMs);
  const wrong = await bookAt(sky, bookable, startMs + hourMs);
  const group = await createGroup(sky, 3, {});
  await group.register(startMs);
  await heard();
  const right = await feed();
  // Events of the last 30 seconds are not called missing: booking's rows are made older than that.
  await query(sky.databaseUrl("booking"), "UPDATE bookings SET updated_at = now() - interval '1 minute'");
  await addPhantom(bookable);
  await inSync("DELETE FROM calendar_events WHERE booking_id = $1", [missing.id]);
  await inSync("DELETE FROM seen_bookings WHERE booking_id = $1", [missing.id]);
  await inSync("UPDATE calendar_events SET title = 'Lost' WHERE booking_id = $1", [wrong.id]);
  await inSync("UPDATE seen_bookings SET version = 99 WHERE booking_id = $1", [wrong.id]);

  await using sync = spawnService("sync", {
    ...sky.environments.sync,
    PORT: "0",
    DRIFT_CHECK_INTERVAL_MS: "1000",
  });
  await sync.serving();
  const told = await until(
    "the drift is told of",
    () => sync.logged("a read model had drifted and was repaired"),
    (lines) => lines.length > 0,
    45_000,
  );
  const { organizationId } = bookable;
  expect(told).toMatchObject([{ organizationId, readModel: "feeds", missing: 1, extra: 1, wrong: 1 }]);
  expect(sync.output()).not.toContain("@guest.example");
  expect(await feed()).toEqual(right);
});

test("one command makes every feed from nothing but booking, while the service runs", async () => {
  const group = await createGroup(sky, 3);
  const feed = await openFeed(sky, group);
  await group.register(startMs, "ann");
  await group.register(startMs, "ben");
  await heard();
  const right = await feed();
  expect(right.size).toBe(1);
  await addPhantom(group);
  await inSync("DELETE FROM calendar_events WHERE organization_id = $1 AND title <> 'Phantom'", [group.organizationId]);
  const output = await command(sky, "sync", "rebuild");
  expect(output).toMatch(/exit 0$/);
  expect(output).toContain(`${group.organizationId}: {"compared":4,"missing":1,"extra":1,"wrong":0}`);
  expect(await feed()).toEqual(right);
  expect(await command(sky, "sync", "rebuild", group.organizationId)).toContain('"missing":0,"extra":0,"wrong":0');
});
