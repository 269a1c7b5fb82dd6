import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BookingChange, BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import type { RunningService } from "@calends/kit/service";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, start, type Change, type Rig } from "./_util.ts";

const delaySeconds = 30;
let rig: Rig;
let service: RunningService;

beforeAll(async () => {
  rig = await createRig();
  service = await rig.start({ MOVE_MAIL_DELAY_SECONDS: String(delaySeconds) });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await rig.settled();
  rig.mailbox.clear();
});

type Booking = ReturnType<typeof bookingOf>;

/** The event of the n-th move. */
function moveOf(booking: Booking, n: number): Change {
  const hours = (count: number) => timestampFromDate(new Date(start.getTime() + count * 3_600_000));
  const values = { version: BigInt(n + 1), sequence: n, rescheduleCount: n };
  return {
    change: BookingChange.RESCHEDULED,
    booking: { ...booking, ...values, startTime: hours(n), endTime: hours(n + 1) },
  };
}

/** Every mail so far as its recipient, the beginning of its subject and its calendar method. */
function mails(): string[] {
  return rig.mailbox.messages().map(({ to, subject, attachments }) => {
    const method = attachments.find(({ contentType }) => contentType === "text/calendar")?.method ?? "none";
    return `${to.join().split("@")[0]} ${subject.split(":")[0]} ${method}`;
  });
}

/** Waits until a version of a booking is the newest that notification knows. */
async function queued(booking: Booking, version: number): Promise<void> {
  await until("the version is queued", async () => {
    const { rows } = await rig.pool.query<{ version: string }>(
      "SELECT version FROM notified_bookings WHERE booking_id = $1",
      [booking.id],
    );
    return Number(rows[0]?.version) === version;
  });
}

test("quick moves make one mail, which has the last time", async () => {
  const booking = bookingOf({ attendees: [] });
  await rig.publish([must(lifeOf(booking)[0], "event")]);
  await rig.settled();
  for (const n of [1, 2, 3]) {
    await rig.publish([moveOf(booking, n)]);
    await queued(booking, n + 1);
  }
  rig.clock.advance(4 * delaySeconds * 1000);
  await rig.settled();
  expect(mails().toSorted()).toEqual([
    "booker Confirmed REQUEST",
    "booker New time REQUEST",
    "host Confirmed REQUEST",
    "host New time REQUEST",
  ]);
  const moved = rig.mailbox
    .messages()
    .find(({ to, subject }) => to.includes("booker@example.com") && subject.startsWith("New time"));
  expect(moved?.text).toContain("7:00 – 8:00 AM");
});

test("each further move waits twice as long, up to an hour", async () => {
  const booking = bookingOf({ attendees: [], hosts: [] });
  await rig.publish([must(lifeOf(booking)[0], "event")]);
  await rig.settled();
  const waits = [];
  for (const n of [1, 2, 3, 10]) {
    await rig.publish([moveOf(booking, n)]);
    await queued(booking, n + 1);
    const { rows } = await rig.pool.query<{ due: Date }>(
      "SELECT due_at AS due FROM deliveries WHERE booking_id = $1 AND booking_version = $2",
      [booking.id, n + 1],
    );
    waits.push((must(rows[0], "delivery").due.getTime() - rig.clock.now().getTime()) / 1000);
  }
  expect(waits).toEqual([30, 60, 120, 3600]);
  rig.clock.advance(3_600_000);
});

test("a move and a cancellation before the move's mail make one mail, which withdraws what was sent", async () => {
  const booking = bookingOf({ attendees: [], hosts: [] });
  const [created, , cancelled] = lifeOf(booking);
  await rig.publish([must(created, "event")]);
  await rig.settled();
  await rig.publish([moveOf(booking, 1), must(cancelled, "event")]);
  await rig.settled();
  expect(mails()).toEqual(["booker Confirmed REQUEST", "booker Cancelled CANCEL"]);
});

test("a booking cancelled before its confirmation was sent makes one mail that says both, and no CANCEL", async () => {
  await using down = await createRig();
  const booking = bookingOf();
  const [created, , cancelled] = lifeOf(booking);
  // Both events are there before the first mail can be sent.
  await down.mailbox[Symbol.asyncDispose]();
  await using slow = await down.start({ SMTP_URL: `smtp://127.0.0.1:${rig.mailbox.port}`, PORT: "0" });
  rig.mailbox.failNext(3, 451);
  await down.publish([must(created, "event")]);
  await until("each recipient was put off", async () => {
    const { rowCount } = await down.pool.query("SELECT 1 FROM deliveries WHERE attempts = 1 AND lease IS NULL");
    return rowCount === 3;
  });
  await down.publish([must(cancelled, "event")]);
  await down.settled();
  expect(mails().toSorted()).toEqual([
    "attendee Réservé puis annulé none",
    "booker Booked and cancelled none",
    "host Booked and cancelled none",
  ]);
  expect(slow.port).toBeGreaterThan(0);
});

test("a booking moved before its confirmation was sent is confirmed at its new time", async () => {
  await using other = await createRig();
  await using slow = await other.start({ SMTP_URL: `smtp://127.0.0.1:${rig.mailbox.port}` });
  const booking = bookingOf({ attendees: [], hosts: [] });
  rig.mailbox.failNext(1, 451);
  await other.publish([must(lifeOf(booking)[0], "event")]);
  await until("the recipient was put off", async () => {
    const { rowCount } = await other.pool.query("SELECT 1 FROM deliveries WHERE attempts = 1 AND lease IS NULL");
    return rowCount === 1;
  });
  await other.publish([moveOf(booking, 1)]);
  await other.settled();
  expect(mails()).toEqual(["booker Confirmed REQUEST"]);
  expect(rig.mailbox.messages()[0]?.text).toContain("5:00 – 6:00 AM");
  expect(slow.port).toBeGreaterThan(0);
});

test("a request that is cancelled makes no CANCEL, because nobody was invited", async () => {
  const booking = bookingOf({ status: BookingStatus.PENDING, attendees: [], hosts: [] });
  await rig.publish([{ change: BookingChange.CREATED, booking }]);
  await rig.settled();
  const over = { ...booking, status: BookingStatus.CANCELLED, version: 2n, sequence: 1 };
  await rig.publish([{ change: BookingChange.CANCELLED, statusBefore: BookingStatus.PENDING, booking: over }]);
  await rig.settled();
  expect(mails()).toEqual(["booker Request received none", "booker Cancelled none"]);
});
