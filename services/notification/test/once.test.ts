import { BookingChange, BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { RunningService } from "@calends/kit/service";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, shuffled, type Change, type Rig } from "./_util.ts";

let rig: Rig;
let services: RunningService[];

beforeAll(async () => {
  rig = await createRig();
  // Two replicas share the work, as in production.
  services = [await rig.start(), await rig.start()];
});

afterAll(async () => {
  await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
  await rig[Symbol.asyncDispose]();
});

beforeEach(() => rig.mailbox.clear());

/** Waits until every event so far has been taken and nothing waits to be sent. */
async function settled(): Promise<void> {
  await until("everything is settled", async () => {
    const { rows } = await rig.pool.query<{ open: string }>(
      `SELECT (SELECT count(*) FROM deliveries WHERE status = 'queued')
            + (SELECT count(*) FROM outbox o WHERE published_at IS NULL OR NOT EXISTS
                (SELECT 1 FROM inbox i WHERE i.event_id = o.event_id)) AS open`,
    );
    return Number(rows[0]?.open) === 0;
  });
}

async function publishTwiceAndAgain(changes: readonly Change[], seed: number): Promise<void> {
  await rig.publish(shuffled([...changes, ...changes], seed));
  await settled();
  const known = rig.mailbox.messages().length;
  await rig.republish();
  const marker = bookingOf({ title: "Marker", attendees: [], hosts: [] });
  await rig.publish([{ change: BookingChange.CREATED, booking: marker }]);
  await settled();
  const added = rig.mailbox.messages().slice(known);
  expect(added.filter(({ subject }) => !subject.includes("Marker"))).toEqual([]);
}

test("every event twice, in any order, and all of them again: each recipient has one mail for each booking", async () => {
  const bookings = Array.from({ length: 40 }, (_, index) => bookingOf({ title: `Booking <${index}>` }));
  await publishTwiceAndAgain(
    bookings.map((booking) => ({ change: BookingChange.CREATED, booking })),
    7,
  );
  const sent = rig.mailbox.messages().filter(({ subject }) => subject.includes("Booking <"));
  expect(sent).toHaveLength(120);
  expect(new Set(sent.map(({ to, subject }) => `${to.join()} ${/<\d+>/.exec(subject)?.[0]}`)).size).toBe(120);
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(120);
});

test("made, moved and cancelled, twice and in random order: one cancellation each, and nothing older after it", async () => {
  const lives = Array.from({ length: 25 }, (_, index) => lifeOf(bookingOf({ title: `Life <${index}>` })));
  await publishTwiceAndAgain(lives.flat(), 11);
  const order = ["Confirm", "New|Nouvel", "Cancel|Annul|Booked and cancelled|Réservé puis annulé"].map(
    (word) => new RegExp(`^(${word})`),
  );
  for (const index of lives.keys()) {
    for (const address of ["booker@example.com", "host@example.com", "attendee@example.com"]) {
      const subjects = rig.mailbox
        .messages()
        .filter(({ to, subject }) => to.includes(address) && subject.includes(`Life <${index}>`))
        .map(({ subject }) => order.findIndex((pattern) => pattern.test(subject)));
      expect(subjects).toEqual([...new Set(subjects)].toSorted((a, b) => a - b));
      expect(subjects.at(-1)).toBe(2);
    }
  }
});

test("through any moves from host to host, in any order, who was invited and does not host it in the end was told so last", async () => {
  const addresses = ["ha@example.com", "hb@example.com", "hc@example.com"];
  const lives = Array.from({ length: 20 }, (_, index) => {
    const booking = bookingOf({ title: `Passed <${index}>`, attendees: [] });
    return Array.from({ length: 5 }, (_move, n) => {
      const email = addresses[(index + n * (1 + (index % 2))) % 3] ?? "";
      const hosts = [{ calendarId: booking.id, name: email, email }];
      const change = n === 0 ? BookingChange.CREATED : BookingChange.RESCHEDULED;
      return { change, booking: { ...booking, hosts, version: BigInt(n + 1), sequence: n } };
    });
  });
  await publishTwiceAndAgain(lives.flat(), 5);
  for (const [index, life] of lives.entries()) {
    for (const address of addresses) {
      const kinds = rig.mailbox
        .messages()
        .filter(({ to, subject }) => to.includes(address) && subject.includes(`Passed <${index}>`))
        .map(({ subject }) => (subject.startsWith("No longer yours") ? "released" : "invited"));
      const hostsAtLast = life.at(-1)?.booking.hosts[0]?.email === address;
      expect(kinds.at(-1)).toBe(hostsAtLast ? "invited" : kinds.length === 0 ? undefined : "released");
      expect(kinds.filter((kind, i) => kind === "released" && kinds[i - 1] !== "invited")).toEqual([]);
    }
  }
});

test("an older event after a cancellation sends nothing and is listed as superseded", async () => {
  const booking = bookingOf({ title: "Over" });
  const [created, , cancelled] = lifeOf(booking);
  await rig.publish(cancelled === undefined ? [] : [cancelled]);
  await settled();
  await rig.publish(created === undefined ? [] : [created]);
  await settled();
  const subjects = rig.mailbox.messages().map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject.includes("Over"))).toHaveLength(3);
  expect(subjects.some((subject) => subject.startsWith("Confirm"))).toBe(false);
  const { rows } = await rig.pool.query("SELECT kind, status FROM deliveries WHERE booking_id = $1 ORDER BY kind", [
    booking.id,
  ]);
  expect(rows.filter(({ status }) => status === "superseded")).toHaveLength(3);
  expect(rows.filter(({ status }) => status === "sent")).toHaveLength(3);
});

test("a booking confirmed later: request first, then one confirmation", async () => {
  const booking = bookingOf({ title: "Asked", status: BookingStatus.PENDING, attendees: [] });
  await rig.publish([{ change: BookingChange.CREATED, booking }]);
  await settled();
  const confirmed = { ...booking, status: BookingStatus.CONFIRMED, version: 2n };
  await publishTwiceAndAgain([{ change: BookingChange.CONFIRMED, booking: confirmed }], 3);
  const toBooker = rig.mailbox
    .messages()
    .filter(({ to, subject }) => to.includes("booker@example.com") && subject.includes("Asked"));
  expect(toBooker.map(({ subject }) => subject.split(":")[0])).toEqual(["Request received", "Confirmed"]);
});
