import { BookingChange } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, type Rig } from "./_util.ts";

/** Longer than what could not be begun waits. */
const laterMs = 60_000;

interface Waiting {
  readonly recipient: string;
  readonly status: string;
  readonly attempts: number;
}

async function deliveries(rig: Rig): Promise<Waiting[]> {
  const { rows } = await rig.pool.query<Waiting>(
    "SELECT recipient, status, attempts FROM deliveries ORDER BY booking_version, recipient",
  );
  return rows;
}

/**
 * Mails as who has which, and whether it has a link. A clock that jumps ends the lease of a mail that is being sent: the second has
 * the same Message-ID, and is the same mail for its reader.
 */
function mails(rig: Rig): string[] {
  const known = new Map(rig.mailbox.messages().map((mail) => [mail.messageId, mail]));
  return [...known.values()]
    .map(
      ({ to, subject, raw }) => `${to.join()} ${subject.split(":")[0]}${raw.includes("/manage/") ? " with link" : ""}`,
    )
    .toSorted();
}

/** Lets time go on until nothing waits any more. */
async function untilSent(rig: Rig): Promise<void> {
  await until("nothing waits", async () => {
    rig.clock.advance(laterMs);
    return (await deliveries(rig)).every(({ status }) => status !== "queued");
  });
  await rig.settled();
}

/** Waits until booking was asked for a link in vain. */
async function untilPostponed(rig: Rig): Promise<void> {
  await until("a mail waits for its link", async () => {
    const { rowCount } = await rig.pool.query("SELECT 1 FROM deliveries WHERE last_error LIKE '%asked for the link%'");
    return rowCount === 1;
  });
}

test("booking is down: the booker's mail alone waits, uses up no try, and has its link when booking is back", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  await rig.stopBooking();
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf() }]);
  await untilPostponed(rig);
  await until("the others have theirs", () => mails(rig).length === 2);
  expect(mails(rig)).toEqual(["attendee@example.com Confirmé", "host@example.com Confirmed"]);
  expect((await deliveries(rig))[1]).toEqual({ recipient: "booker@example.com", status: "queued", attempts: 0 });
  for (let round = 0; round < 12; round += 1) {
    // More rounds than a delivery has tries.
    await rig.pool.query("UPDATE deliveries SET last_error = '' WHERE status = 'queued'");
    rig.clock.advance(laterMs);
    await untilPostponed(rig);
  }
  await rig.startBooking();
  await untilSent(rig);
  expect(mails(rig)).toContain("booker@example.com Confirmed with link");
  expect((await deliveries(rig))[1]).toEqual({ recipient: "booker@example.com", status: "sent", attempts: 1 });
  expect(service.port).toBeGreaterThan(0);
}, 60_000);

test("moved again while booking is down: the booker hears of the last time alone, with its link", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  await rig.stopBooking();
  const [created, moved] = lifeOf(bookingOf({ hosts: [], attendees: [] }));
  await rig.publish([must(created, "event")]);
  await untilPostponed(rig);
  await rig.publish([must(moved, "event")]);
  await until("the move is known", async () => (await deliveries(rig)).length === 2);
  await rig.startBooking();
  await untilSent(rig);
  expect(mails(rig)).toEqual(["booker@example.com Confirmed with link"]);
  expect(service.port).toBeGreaterThan(0);
});

test("cancelled while booking is down: the cancellation has no link, so that it does not wait", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  await rig.stopBooking();
  const [created, , cancelled] = lifeOf(bookingOf({ hosts: [], attendees: [] }));
  await rig.publish([must(created, "event")]);
  await untilPostponed(rig);
  await rig.publish([must(cancelled, "event")]);
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Booked and cancelled"]);
  expect(service.port).toBeGreaterThan(0);
});

test("a booking that booking does not have, as after a restore: the mail goes without a link", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  rig.linkOf = () => null;
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ hosts: [], attendees: [] }) }]);
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Confirmed"]);
  expect(service.port).toBeGreaterThan(0);
});

test("replayed: nothing is mailed again; restored from nothing: mails have the link that booking gives then", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  const booking = bookingOf({ hosts: [], attendees: [] });
  await rig.publish([{ change: BookingChange.CREATED, booking }]);
  await rig.settled();
  await rig.republish();
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Confirmed with link"]);
  const { rows } = await rig.pool.query<{ facts: string }>("SELECT facts::text FROM notices");
  expect(rows.map(({ facts }) => /manage/i.test(facts))).toEqual([false]);

  rig.mailbox.clear();
  rig.linkOf = () => "/manage/another";
  await rig.pool.query("TRUNCATE notices, notified_bookings, inbox CASCADE");
  await rig.republish();
  const mail = await rig.mailbox.waitFor(({ to }) => to.includes("booker@example.com"), { timeoutMs: 20_000 });
  expect(mail.text).toContain("https://book.example.com/manage/another");
  expect(service.port).toBeGreaterThan(0);
});

test("a notice that the release before has written, with a link in it, is mailed with booking's", async () => {
  await using rig = await createRig();
  await rig.stopBooking();
  {
    await using before = await rig.start();
    await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ hosts: [], attendees: [] }) }]);
    await untilPostponed(rig);
    expect(before.port).toBeGreaterThan(0);
  }
  await rig.pool.query(`UPDATE notices SET facts = facts || '{"managePath": "/manage/old"}'`);
  await rig.startBooking();
  await using service = await rig.start();
  await untilSent(rig);
  const text = rig.mailbox.messages().map((mail) => mail.text);
  expect(text.join()).toContain("/manage/link-of-");
  expect(text.join()).not.toContain("/manage/old");
  expect(service.port).toBeGreaterThan(0);
});

test("a link that was asked for goes to the booker alone, touches no calendar, and the log does not have it", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  await rig.publish([{ change: BookingChange.LINK_RENEWED, booking: bookingOf({ version: 5n }) }]);
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Your new link with link"]);
  expect(rig.mailbox.messages()[0]?.attachments).toEqual([]);
  expect(rig.logs.join("")).not.toContain("/manage/");
  expect(service.port).toBeGreaterThan(0);
});
