import { randomUUID } from "node:crypto";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { watch, type Watcher } from "./_watch.ts";
import { bookingOf, calendarOf, daily, queryOf } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const hub = "application_name = 'availability-changes' AND datname = current_database()";

test("50 watchers at two replicas, one of which goes half way: none misses a booking or hears of it twice", async () => {
  const other = await rig.replica();
  const calendars = await Promise.all(Array.from({ length: 5 }, () => calendarOf(rig, daily(0, 24))));
  const members = [rig, other.as(rig.organizationId)];
  const watchers = Array.from({ length: 50 }, (_, index) => {
    const query = queryOf([calendars[index % 5] ?? ""]);
    return { query, watcher: watch(members[index % 2] ?? rig, query) };
  });
  const everywhere = async (holds: (watcher: Watcher) => boolean) =>
    until("all watchers have heard", () => watchers.every(({ watcher }) => holds(watcher)));
  await everywhere((watcher) => watcher.known().length === 24);
  const book = async (hour: number) => {
    const [from, to] = [`${String(hour).padStart(2, "0")}:00`, `${String(hour).padStart(2, "0")}:59`];
    for (const calendarId of calendars) {
      await rig.publish(AllocationsChangedSchema, bookingOf(randomUUID(), 1, { calendarId, from, to }));
    }
  };
  const faults: string[] = [];
  for (let hour = 0; hour < 20; hour += 1) {
    await book(hour);
    if (hour === 9) {
      await other[Symbol.asyncDispose]();
      for (const entry of watchers.filter((_, index) => index % 2 === 1)) {
        const { watcher, query } = entry;
        await watcher.ended;
        faults.push(...watcher.faults);
        entry.watcher = watch(rig, query, { cursor: watcher.cursor(), known: watcher.known() });
      }
    }
  }
  await everywhere((watcher) => watcher.known().length === 4);
  expect(faults).toEqual([]);
  for (const { watcher } of watchers) {
    expect([watcher.faults, watcher.known()]).toEqual([[], ["20:00", "21:00", "22:00", "23:00"]]);
    await watcher[Symbol.asyncDispose]();
  }
});

test("a change that nobody announced, because its process died, is found by its version", async () => {
  const calendarId = await calendarOf(rig);
  await using watcher = watch(rig, queryOf([calendarId]));
  await watcher.next();
  await rig.query(
    `INSERT INTO busy_times (organization_id, calendar_id, starts_at, ends_at, source, source_id)
     VALUES ($1, $2, '2026-06-01T10:00Z', '2026-06-01T11:00Z', 'booking', $3)`,
    [rig.organizationId, calendarId, randomUUID()],
  );
  await until("the change is found", async () => {
    await rig.query("UPDATE calendars SET slots_version = slots_version + 1 WHERE id = $1", [calendarId]);
    return watcher.known().join() === "09:00,11:00";
  });
  expect(watcher.faults).toEqual([]);
});

test("a change while the connection that listens is lost is told once it is back", async () => {
  const calendarId = await calendarOf(rig);
  await using watcher = watch(rig, queryOf([calendarId]));
  await watcher.next();
  const [before] = await rig.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE ${hub}`);
  await rig.query("SELECT pg_terminate_backend($1)", [before?.pid]);
  await rig.publish(AllocationsChangedSchema, bookingOf(randomUUID(), 1, { calendarId, from: "10:00", to: "11:00" }));
  await watcher.knows(["09:00", "11:00"]);
  await until("another connection listens", async () => {
    const rows = await rig.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE ${hub}`);
    return rows.some(({ pid }) => pid !== before?.pid);
  });
  expect(watcher.faults).toEqual([]);
});
