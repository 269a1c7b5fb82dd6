import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { LocationMode, QuestionKind } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingStatus, type PersonSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import type { Mail } from "@calends/local/mail";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createBookable, type Bookable, type BookableOptions } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { untilTrue } from "./_truth.ts";
import { outcomeOf, query, range } from "./_util.ts";

const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
const hourMs = 3_600_000;
const startMs = Date.parse("2026-12-01T10:00:00Z");
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());
beforeEach(() => sky.mailbox.clear());

type Person = MessageInitShape<typeof PersonSchema>;

const booker: Person = { name: "Bo Stranger", email: "bo@guest.example", timeZone: "Europe/Berlin" };
const guests = (count: number): Person[] =>
  range(count).map((n) => ({ name: `Guest ${n}`, email: `guest${n}@guest.example` }));

/** Books by a link, as anybody may. */
async function bookByLink(bookable: Bookable, attendees: readonly Person[], answers: { [id: string]: string } = {}) {
  const pages = sky.client(PublicBookingService, bookable.organizationId);
  const given = Object.entries(answers).map(([questionId, value]) => ({ questionId, value }));
  const details = { startTime: timestampFromMs(startMs), booker, attendees: [...attendees], answers: given };
  const answer = await pages.book({ requestId: randomUUID(), slug: bookable.slug, details });
  return { pages, bookingId: must(answer.booking, "booking").id, ...answer };
}

/** Waits until every change of a booking has been told, and nothing is left to be sent but what waits for its time. */
async function settled(bookingId: string, version: number): Promise<void> {
  await until("all is told", async () => {
    const url = sky.databaseUrl("notification");
    const told = await query<{ version: string }>(
      url,
      `SELECT version FROM notified_bookings WHERE booking_id = '${bookingId}' AND version = ${version}`,
    );
    const open = await query(
      url,
      `SELECT 1 FROM deliveries WHERE booking_id = '${bookingId}' AND status = 'queued' AND due_at <= '${clock.now().toISOString()}'`,
    );
    const held = await query(url, `SELECT 1 FROM deliveries WHERE booking_id = '${bookingId}' AND lease IS NOT NULL`);
    return told.length === 1 && open.length + held.length === 0;
  });
}

/** Every mail as the recipient's name and the beginning of its subject. */
const told = (): string[] =>
  sky.mailbox
    .messages()
    .map(({ to, subject }) => `${to.join().split("@")[0]}: ${subject.split(":")[0]}`)
    .toSorted();

const mailTo = (name: string): Mail =>
  must(
    sky.mailbox.messages().findLast(({ to }) => to.join().startsWith(`${name}@`)),
    `mail to ${name}`,
  );

const linkIn = ({ text }: Mail, page: string): string =>
  must(new RegExp(`http://\\S+/${page}/([\\w-]+)`).exec(text)?.[1], `the link to ${page}`);

test("one anonymous booking, three moves and a cancellation make four mails, none of them to a guest", async () => {
  const bookable = await createBookable(sky);
  const { pages, manageToken, bookingId } = await bookByLink(bookable, guests(10));
  await settled(bookingId, 1);
  for (const n of range(3)) {
    await untilTrue(sky);
    const startTime = timestampFromMs(startMs + (n + 1) * hourMs);
    await pages.rescheduleManagedBooking({ requestId: randomUUID(), manageToken, startTime, reason: "Buy now" });
    await settled(bookingId, n + 2);
  }
  await pages.cancelManagedBooking({ requestId: randomUUID(), manageToken, reason: "Buy now" });
  await settled(bookingId, 5);
  expect(told()).toEqual(["ada: Cancelled", "ada: Confirmed", "bo: Cancelled", "bo: Confirmed"]);
  for (const mail of sky.mailbox.messages().filter(({ to }) => to.includes("bo@guest.example"))) {
    expect(mail.text + mail.html + JSON.stringify(mail.attachments)).not.toMatch(/Stranger|Guest \d|Buy now/);
  }
  expect(mailTo("ada").text).toContain("Reason: Buy now");
});

test("guests are mailed once the booker's address has answered, and then as everybody is", async () => {
  const bookable = await createBookable(sky);
  const { pages, manageToken, bookingId, booking } = await bookByLink(bookable, guests(2));
  expect([booking?.bookerUnconfirmed, booking?.attendeeCount]).toEqual([true, 2]);
  await settled(bookingId, 1);
  expect(told()).toEqual(["ada: Confirmed", "bo: Confirmed"]);
  const answers = sky.client(PublicAnswerService, bookable.organizationId);
  const confirmToken = linkIn(mailTo("bo"), "confirm");
  const forged = answers.confirmAddress({ requestId: randomUUID(), confirmToken: manageToken });
  expect(await outcomeOf(forged)).toBe("PermissionDenied/INVALID_MANAGE_LINK");

  const asked = await answers.getAddressConfirmation({ confirmToken });
  expect([asked.booking?.bookerUnconfirmed, asked.attendees.map(({ name }) => name)]).toEqual([
    true,
    ["Guest 0", "Guest 1"],
  ]);
  for (const n of range(2)) {
    const { booking: confirmed } = await answers.confirmAddress({ requestId: randomUUID(), confirmToken });
    expect([n, confirmed?.bookerUnconfirmed]).toEqual([n, false]);
  }
  await settled(bookingId, 2);
  expect(told()).toEqual(["ada: Confirmed", "bo: Confirmed", "guest0: Confirmed", "guest1: Confirmed"]);
  expect(mailTo("guest0").text).toMatch(/11:00 – 11:30 AM \(Europe\/Berlin, GMT\+1\)/);
  expect(mailTo("guest0").subject).toContain("(Europe/Berlin)");

  await untilTrue(sky);
  const startTime = timestampFromMs(startMs + hourMs);
  await pages.rescheduleManagedBooking({ requestId: randomUUID(), manageToken, startTime, reason: "Dentist" });
  clock.advance(30_000);
  await settled(bookingId, 3);
  for (const reader of ["ada", "guest0", "guest1"]) {
    expect(mailTo(reader).subject).toMatch(/^New time: /);
    expect(mailTo(reader).text).toContain("Reason: Dentist");
  }
});

test("the reason of a move by staff reaches the booker, whose address nobody has confirmed", async () => {
  const bookable = await createBookable(sky);
  const { bookingId } = await bookByLink(bookable, []);
  await settled(bookingId, 1);
  expect(mailTo("bo").text).not.toContain("/confirm/");
  await untilTrue(sky);
  const startTime = timestampFromMs(startMs + hourMs);
  const bookings = sky.client(BookingService, bookable.organizationId);
  await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId, startTime, reason: "Room is taken" });
  clock.advance(30_000);
  await settled(bookingId, 2);
  expect(mailTo("bo").text).toContain("Reason: Room is taken");
});

test("by a link at most 10 come along, and no name has a link in it", async () => {
  const bookable = await createBookable(sky);
  expect(await outcomeOf(bookByLink(bookable, guests(11)))).toBe("InvalidArgument/INVALID_FIELD");
  const linked = { name: "Win at evil.example", email: "a@guest.example" };
  expect(await outcomeOf(bookByLink(bookable, [linked]))).toBe("InvalidArgument/INVALID_FIELD");
  const { bookingId } = await bookByLink(bookable, guests(10));
  await settled(bookingId, 1);
});

test("guests of staff's bookings, and of links whose owner trusts their bookers, are mailed at once", async () => {
  const trusting = await createBookable(sky, { link: { trustsBookers: true } });
  const { bookingId } = await bookByLink(trusting, guests(1));
  await settled(bookingId, 1);
  expect(told()).toEqual(["ada: Confirmed", "bo: Confirmed", "guest0: Confirmed"]);
  expect(mailTo("bo").text).toContain("Booked by: Bo Stranger");
  sky.mailbox.clear();
  const bookable = await createBookable(sky);
  const bookings = sky.client(BookingService, bookable.organizationId);
  const details = { startTime: timestampFromMs(startMs), booker, attendees: guests(12) };
  const request = { requestId: randomUUID(), appointmentTypeId: bookable.typeId, details };
  const made = must((await bookings.createBooking(request)).booking, "booking");
  await settled(made.id, 1);
  expect(told()).toHaveLength(14);
});

const withQuestions: BookableOptions = {
  type: { requiresConfirmation: true, locationMode: LocationMode.PHONE },
  link: { questions: [{ id: "phone", label: "Your phone number", kind: QuestionKind.PHONE, required: true }] },
};

test("a host reads who asks and what they answered, and confirms by the link in the mail", async () => {
  const bookable = await createBookable(sky, withQuestions);
  const { bookingId } = await bookByLink(bookable, guests(1), { phone: "+49 30 1234567" });
  await settled(bookingId, 1);
  const mail = mailTo("ada");
  expect(mail.text).toContain("Booked by: Bo Stranger, bo@guest.example");
  expect(mail.text).toContain("Your phone number: +49 30 1234567");
  expect(mailTo("bo").raw).not.toContain("/host/");
  const answers = sky.client(PublicAnswerService, bookable.organizationId);
  const hostToken = linkIn(mail, "host");
  const seen = await answers.getHostedBooking({ hostToken });
  expect([seen.canConfirm, seen.canDecline, seen.booking?.status]).toEqual([true, true, BookingStatus.PENDING]);
  expect(seen.answers.map(({ label, value }) => [label, value])).toEqual([["Your phone number", "+49 30 1234567"]]);
  const confirmed = await answers.confirmHostedBooking({ requestId: randomUUID(), hostToken });
  expect(confirmed.booking?.status).toBe(BookingStatus.CONFIRMED);
  await settled(bookingId, 2);
  expect(told()).toEqual(["ada: Confirmed", "ada: Please confirm", "bo: Confirmed", "bo: Request received"]);
  expect(mailTo("ada").text).not.toContain("/host/");
  const again = answers.declineHostedBooking({ requestId: randomUUID(), hostToken });
  expect(await outcomeOf(again)).toBe("FailedPrecondition/BOOKING_STATUS");
  const bookings = sky.client(BookingService, bookable.organizationId);
  const { history } = await bookings.getBooking({ bookingId });
  expect(history.at(-1)?.actor).toBe(`host:${bookable.calendarId}`);
});

test("a host declines by the link in the mail, with a reason for the booker and no CANCEL for what was never sent", async () => {
  const bookable = await createBookable(sky, withQuestions);
  const { bookingId } = await bookByLink(bookable, [], { phone: "+49 30 1234567" });
  await settled(bookingId, 1);
  const answers = sky.client(PublicAnswerService, bookable.organizationId);
  const hostToken = linkIn(mailTo("ada"), "host");
  await answers.declineHostedBooking({ requestId: randomUUID(), hostToken, reason: "On holiday" });
  await settled(bookingId, 2);
  expect(mailTo("bo").subject).toMatch(/^Declined: /);
  expect(mailTo("bo").text).toContain("Reason: On holiday");
  expect([...mailTo("bo").attachments, ...mailTo("ada").attachments]).toEqual([]);
});

test("a link in a mail ends with its booking's manage link", async () => {
  const bookable = await createBookable(sky, withQuestions);
  const { bookingId } = await bookByLink(bookable, guests(1), { phone: "+49 30 1234567" });
  await settled(bookingId, 1);
  const answers = sky.client(PublicAnswerService, bookable.organizationId);
  const hostToken = linkIn(mailTo("ada"), "host");
  const confirmToken = linkIn(mailTo("bo"), "confirm");
  clock.set(new Date(startMs + 40 * 24 * hourMs));
  expect(await outcomeOf(answers.getHostedBooking({ hostToken }))).toBe("PermissionDenied/MANAGE_LINK_ENDED");
  const late = answers.confirmAddress({ requestId: randomUUID(), confirmToken });
  expect(await outcomeOf(late)).toBe("PermissionDenied/MANAGE_LINK_ENDED");
});
