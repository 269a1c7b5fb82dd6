import { randomUUID } from "node:crypto";
import { createPool } from "@calends/kit/database";
import { createServiceDatabase } from "@calends/testkit/postgres";
import { expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { place } from "../domain/booking.ts";
import { readBooking, readHistory, writeBooking } from "./bookings.ts";
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
