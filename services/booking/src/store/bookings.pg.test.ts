import { randomUUID } from "node:crypto";
import { createPool } from "@calends/kit/database";
import { createServiceDatabase } from "@calends/testkit/postgres";
import { expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { place } from "../domain/booking.ts";
import { listBookings, readBooking, readHistory, writeBooking, type BookingFilter } from "./bookings.ts";
import { openStore } from "./index.ts";

const now = new Date("2026-12-01T08:00:00.123Z");
const type: AppointmentType = {
  id: randomUUID(),
  fields: { ...typeFields, requirement: { name: "payment", timeLimitMs: 60_000 }, bufferAfterMs: 600_000 },
  status: "active",
  version: 1n,
  createdAt: now,
  updatedAt: now,
};
const booker = { name: "Zoë “Z” O'Hara\n", email: "zoe@guest.example", timeZone: "Asia/Kathmandu", locale: "ne" };
const draft = {
  startMs: now.getTime() + 3_600_000,
  durationMs: 1_800_000,
  booker,
  attendees: [{ ...booker, name: "{}" }],
  answers: [{ questionId: "q", value: "null" }],
  externalId: "x-1",
  linkId: null,
  slotToken: "",
};

test("a booking is read as it was written, also where a newer version of the service has added a column", async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createServiceDatabase("booking"));
  const pool = stack.adopt(createPool(url, 2, "test"), (open) => open.end());
  const store = stack.use(openStore(pool, () => undefined));
  const organizationId = randomUUID();
  const made = () =>
    place(randomUUID(), type, { ...draft, externalId: randomUUID() }, { hosts: typeFields.hosts }, now);
  const write = (changed: ReturnType<typeof made>) =>
    store.quickly((tx) => writeBooking(tx, organizationId, type, changed, "ada"));

  const first = made();
  await write(first);
  expect(await readBooking(store.db, organizationId, first.booking.id)).toEqual(first.booking);
  const { version, status, startsAt, endsAt } = first.booking;
  const entry = { version, status, startsAt, endsAt, change: "created", actor: "ada", at: now, reason: "" };
  expect(await readHistory(store.db, organizationId, first.booking.id)).toMatchObject([entry]);

  await pool.query("ALTER TABLE bookings ADD COLUMN later text NOT NULL DEFAULT 'not known yet'");
  const second = made();
  await write(second);
  const { rows } = await pool.query<{ later: string }>("SELECT later FROM bookings WHERE id = $1", [second.booking.id]);
  expect(rows).toEqual([{ later: "not known yet" }]);
});

test("listing a week, of all or of one calendar, reads no more rows the more of the past there is", async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createServiceDatabase("booking"));
  const pool = stack.adopt(createPool(url, 1, "test"), (open) => open.end());
  const store = stack.use(openStore(pool, () => undefined));
  const organizationId = randomUUID();
  const calendarId = randomUUID();
  const hosts = [{ ...typeFields.hosts[0], calendarId }];
  for (const hours of [1, 2, 3]) {
    const at = { ...draft, startMs: now.getTime() + hours * 3_600_000, externalId: null };
    const made = place(randomUUID(), type, at, { hosts }, now);
    await store.quickly((tx) => writeBooking(tx, organizationId, type, made, "ada"));
  }
  const rowsRead = async () => {
    await pool.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await pool.query<{ n: string }>(
      "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS n FROM pg_stat_user_tables WHERE relname = 'bookings'",
    );
    return Number(rows[0]?.n);
  };
  const week = { from: now, to: new Date(now.getTime() + 7 * 86_400_000), statuses: [] };
  const costOf = async (filter: BookingFilter) => {
    const before = await rowsRead();
    const { bookings } = await listBookings(store.db, organizationId, filter, 100, "");
    expect(bookings.length).toBe(3);
    return (await rowsRead()) - before;
  };
  // Others of the last 20,000 hours, on as many calendars; one in a thousand on this one.
  await pool.query(
    `INSERT INTO bookings SELECT past.* FROM bookings b, generate_series(2, 20000) i,
       LATERAL jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'status', 'completed',
       'starts_at', b.starts_at - i * interval '1 hour', 'ends_at', b.ends_at - i * interval '1 hour',
       'hosts', jsonb_build_array(jsonb_build_object('calendarId', CASE WHEN i % 1000 = 0 THEN $1::uuid ELSE gen_random_uuid() END)))) past
     WHERE b.starts_at = (SELECT min(starts_at) FROM bookings)`,
    [calendarId],
  );
  await pool.query("ANALYZE bookings");
  expect(await costOf({ ...week, calendarId: null })).toBeLessThan(1_000);
  expect(await costOf({ ...week, calendarId })).toBeLessThan(100);
  const ever = { ...week, from: new Date("0001-01-01T00:00:00Z"), calendarId };
  expect((await listBookings(store.db, organizationId, ever, 100, "")).bookings.length).toBe(23);
});
