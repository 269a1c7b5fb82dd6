import { BookingChange } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, type Rig } from "./_util.ts";

/** Longer than a delivery waits whose try could not be started. */
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
 * Every mail as its recipient, the beginning of its subject and whether it has a link. Mails with the same Message-ID count once:
 * when the clock jumps, the lease of a mail that is being sent ends, and the mail is sent again.
 */
function mails(rig: Rig): string[] {
  const known = new Map(rig.mailbox.messages().map((mail) => [mail.messageId, mail]));
  return [...known.values()]
    .map(
      ({ to, subject, raw }) => `${to.join()} ${subject.split(":")[0]}${raw.includes("/manage/") ? " with link" : ""}`,
    )
    .toSorted();
}

/** Advances the clock until no delivery waits. */
async function untilSent(rig: Rig): Promise<void> {
  await until("nothing waits", async () => {
    rig.clock.advance(laterMs);
    return (await deliveries(rig)).every(({ status }) => status !== "queued");
  });
  await rig.settled();
}

/** Waits until a delivery was postponed because booking could not be asked for its link. */
async function untilPostponed(rig: Rig): Promise<void> {
  await until("a mail waits for its link", async () => {
    const { rowCount } = await rig.pool.query("SELECT 1 FROM deliveries WHERE last_error LIKE '%asked for the link%'");
    return rowCount === 1;
  });
}

test("while booking is down, only the booker's mail waits, without using up a try, and it has its link once booking is back", async () => {
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

test("a booking moved while booking is down makes one mail to its booker, of the last time and with the link", async () => {
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

test("a cancellation while booking is down is mailed at once, because it has no link", async () => {
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

test("the mail about a booking that booking does not know, as after a restore, goes without a link", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  rig.linkOf = () => null;
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf({ hosts: [], attendees: [] }) }]);
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Confirmed"]);
  expect(service.port).toBeGreaterThan(0);
});

test("replayed events are not mailed again; after the loss of all notices, mails have the link that booking gives then", async () => {
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

test("a notice in which the previous release stored a link is mailed with the link that booking gives", async () => {
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

test("a new link that was asked for is mailed to the booker alone, without a calendar part, and is not logged", async () => {
  await using rig = await createRig();
  await using service = await rig.start();
  await rig.publish([{ change: BookingChange.LINK_RENEWED, booking: bookingOf({ version: 5n }) }]);
  await rig.settled();
  expect(mails(rig)).toEqual(["booker@example.com Your new link with link"]);
  expect(rig.mailbox.messages()[0]?.attachments).toEqual([]);
  expect(rig.logs.join("")).not.toContain("/manage/");
  expect(service.port).toBeGreaterThan(0);
});
