import { randomUUID } from "node:crypto";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BookingChange, BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import type { RunningService } from "@calends/kit/service";
import type { Mail } from "@calends/local/mail";
import { until } from "@calends/testkit/until";
import ICAL from "ical.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookingOf, createRig, lifeOf, type Rig } from "./_util.ts";

let rig: Rig;
let service: RunningService;

beforeAll(async () => {
  rig = await createRig();
  service = await rig.start();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await until("nothing is queued", async () => {
    const { rowCount } = await rig.pool.query("SELECT 1 FROM deliveries WHERE status = 'queued'");
    return rowCount === 0;
  });
  rig.mailbox.clear();
});

function mailTo(address: string, subject: string): Promise<Mail> {
  return rig.mailbox.waitFor((mail) => mail.to.includes(address) && mail.subject.startsWith(subject), {
    timeoutMs: 20_000,
  });
}

function invitationIn(mail: Mail) {
  const part = must(
    mail.attachments.find(({ contentType }) => contentType === "text/calendar"),
    "calendar part",
  );
  const calendar = new ICAL.Component(ICAL.parse(part.content));
  const event = new ICAL.Event(must(calendar.getFirstSubcomponent("vevent"), "event"));
  return { part, calendar, event, method: calendar.getFirstPropertyValue("method") };
}

test("booker, host and attendee each get a confirmation in their own language and zone", async () => {
  rig.linkOf = () => "/manage/abc?x=1&y=2";
  await rig.publish([{ change: BookingChange.CREATED, booking: bookingOf() }]);
  const booker = await mailTo("booker@example.com", "Confirmed: Intro call");
  const host = await mailTo("host@example.com", "Confirmed: Intro call");
  const attendee = await mailTo("attendee@example.com", "Confirmé: Intro call");
  expect(booker.text).toContain("Monday, December 21, 2026, 4:00 – 4:30 AM (America/New_York, GMT-5)");
  expect(host.text).toMatch(/10:00 – 10:30 AM \(Europe\/Berlin, GMT\+1\)/);
  expect(attendee.text).toMatch(/lundi 21 décembre 2026.*10:00.*10:30.*\(Europe\/Paris, UTC\+1\)/);
  expect(booker.text).toContain("https://book.example.com/manage/abc?x=1&y=2");
  expect(booker.html).toContain('href="https://book.example.com/manage/abc?x=1&amp;y=2"');
  expect(host.raw + attendee.raw).not.toContain("/manage/");
  expect(booker.headers["auto-submitted"]).toBe("auto-generated");
  expect(booker.headers["reply-to"]).toContain("host@example.com");
  expect(new Set([booker, host, attendee].map(({ messageId }) => messageId)).size).toBe(3);
});

test("a cancellation withdraws the event: same UID, higher SEQUENCE, METHOD CANCEL, read by ical.js", async () => {
  const booking = bookingOf();
  const [created, moved, cancelled] = lifeOf(booking);
  await rig.publish([must(created, "event")]);
  const first = invitationIn(await mailTo("booker@example.com", "Confirmed"));
  await rig.publish([must(moved, "event")]);
  const second = invitationIn(await mailTo("booker@example.com", "New time"));
  await rig.publish([must(cancelled, "event")]);
  const mail = await mailTo("booker@example.com", "Cancelled");
  const last = invitationIn(mail);
  const all = [first, second, last];
  expect(all.map(({ event }) => event.uid)).toEqual(Array.from({ length: 3 }, () => `${booking.id}@calends`));
  expect(all.map(({ event }) => event.sequence)).toEqual([0, 1, 2]);
  expect(all.map(({ method }) => method)).toEqual(["REQUEST", "REQUEST", "CANCEL"]);
  expect(all.map(({ part }) => part.method)).toEqual(["REQUEST", "REQUEST", "CANCEL"]);
  expect(last.event.component.getFirstPropertyValue("status")).toBe("CANCELLED");
  expect(mail.text).toContain("Reason: Ill");
  expect(mail.text).not.toContain("/manage/");
});

test("a host whose booking goes to another is told, and the old time leaves their calendar", async () => {
  const booking = bookingOf({ attendees: [] });
  const hosts = [{ calendarId: randomUUID(), name: "Nell Next", email: "next@example.com" }];
  await rig.publish([must(lifeOf(booking)[0], "event")]);
  await mailTo("host@example.com", "Confirmed");
  await rig.publish([must(lifeOf({ ...booking, hosts })[1], "event")]);
  const mail = await mailTo("host@example.com", "No longer yours: Intro call");
  expect(mail.text).toMatch(/10:00 – 10:30 AM \(Europe\/Berlin, GMT\+1\)/);
  expect(mail.raw).not.toContain("/manage/");
  expect(mail.headers["reply-to"]).toContain("booker@example.com");
  const { event, method } = invitationIn(mail);
  expect([method, event.uid, event.sequence]).toEqual(["CANCEL", `${booking.id}@calends`, 1]);
  expect([event.organizer, event.startDate.toString()]).toEqual(["mailto:host@example.com", "2026-12-21T09:00:00Z"]);
  expect(invitationIn(await mailTo("next@example.com", "Confirmed")).method).toBe("REQUEST");
});

test("an invitation says who, where and when, in UTC and on folded lines", async () => {
  await rig.publish([{ change: BookingChange.CONFIRMED, booking: bookingOf({ title: "Ünï ".repeat(40) }) }]);
  const { event, part, calendar } = invitationIn(await mailTo("attendee@example.com", "Confirmé"));
  expect(event.startDate.toString()).toBe("2026-12-21T09:00:00Z");
  expect(event.endDate.toString()).toBe("2026-12-21T09:30:00Z");
  expect(event.location).toBe("Room 5");
  expect(event.organizer).toBe("mailto:host@example.com");
  expect(event.component.getFirstPropertyValue("url")).toBe("https://meet.example.com/a?b=1%2C2");
  expect(String(event.component.getFirstPropertyValue("dtstamp"))).toBe("2026-12-01T08:00:00Z");
  const replies = event.attendees.map((who) => [String(who.getFirstValue()).toLowerCase(), who.getParameter("rsvp")]);
  expect(replies).toEqual([
    ["mailto:host@example.com", "FALSE"],
    ["mailto:booker@example.com", "TRUE"],
    ["mailto:attendee@example.com", "TRUE"],
  ]);
  expect(calendar.getFirstPropertyValue("version")).toBe("2.0");
  expect(Math.max(...part.content.split(/\r?\n/).map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
});

test("while a host has to confirm, the host is asked, the booker told, and no calendar touched", async () => {
  const booking = bookingOf({ status: BookingStatus.PENDING });
  await rig.publish([{ change: BookingChange.CREATED, booking }]);
  const asked = await mailTo("host@example.com", "Please confirm");
  const told = await mailTo("booker@example.com", "Request received");
  expect([...asked.attachments, ...told.attachments]).toEqual([]);
  const declined = { ...booking, status: BookingStatus.CANCELLED, version: 2n, sequence: 1 };
  await rig.publish([{ change: BookingChange.DECLINED, booking: declined }]);
  await mailTo("booker@example.com", "Declined");
});

test("one address in several roles gets one mail, the booker's", async () => {
  const person = { name: "Same", email: "Same@Example.com" };
  const host = { calendarId: randomUUID(), name: "Same", email: "same@example.com" };
  const booking = bookingOf({ booker: person, attendees: [person], hosts: [host] });
  const other = bookingOf({ title: "Later" });
  await rig.publish([
    { change: BookingChange.CREATED, booking },
    { change: BookingChange.CREATED, booking: other },
  ]);
  expect((await mailTo("Same@example.com", "Confirmed")).text).toContain("/manage/");
  await mailTo("booker@example.com", "Confirmed: Later");
  expect(rig.mailbox.messages().filter(({ to }) => to.some((one) => /same@/i.test(one)))).toHaveLength(1);
});

test("names, titles and links with line breaks and HTML stay text", async () => {
  const evil = 'Eve\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>"\r\nATTENDEE:mailto:x@evil.example';
  const booking = bookingOf({
    title: `Talk\r\nBcc: victim@example.com ${evil}`,
    booker: { name: evil, email: "booker@example.com" },
    attendees: [
      { name: "Injected", email: "a@example.com>\r\nRCPT TO:<victim@example.com" },
      { name: "Listed", email: "a@example.com, victim@example.com" },
    ],
    location: "<img src=x onerror=alert(1)>\r\nEND:VEVENT",
    meetingUrl: "javascript:alert(1)",
    cancellationReason: "</td><script>alert(2)</script>",
  });
  await rig.publish([{ change: BookingChange.CREATED, booking }]);
  const mail = await mailTo("booker@example.com", "Confirmed");
  const host = await mailTo("host@example.com", "Confirmed");
  expect(mail.headers["bcc"]).toBeUndefined();
  expect(mail.envelope.to).toEqual(["booker@example.com"]);
  expect(mail.html).not.toMatch(/<script|<img|javascript:alert\(1\)"/);
  expect(mail.html).toContain("&lt;script&gt;");
  const { event, calendar } = invitationIn(host);
  expect(calendar.getAllSubcomponents("vevent")).toHaveLength(1);
  expect(event.attendees.map((who) => String(who.getFirstValue()).toLowerCase())).toEqual([
    "mailto:host@example.com",
    "mailto:booker@example.com",
  ]);
  expect(event.summary).toContain("<script>");
  expect(
    rig.mailbox
      .messages()
      .flatMap(({ envelope }) => envelope.to)
      .toSorted(),
  ).toEqual(["booker@example.com", "host@example.com"]);
});

const cancelled = { status: BookingStatus.CANCELLED, version: 2n, sequence: 1 };
const expired = (statusBefore: BookingStatus, booking: Parameters<typeof bookingOf>[0]) => ({
  change: BookingChange.EXPIRED,
  statusBefore,
  booking: bookingOf({ ...cancelled, ...booking }),
});

/** Publishes events and returns who has which mail once all of them are sent. */
async function toldOf(changes: Parameters<Rig["publish"]>[0]): Promise<string[]> {
  await rig.publish(changes);
  await rig.settled();
  return rig.mailbox
    .messages()
    .map(({ to, subject }) => `${to.join()} ${subject.split(":")[0] ?? ""}`)
    .toSorted();
}

/** Publishes the request that the given booking began as, and clears the mails about it. */
async function requested(booking: ReturnType<typeof bookingOf>): Promise<void> {
  const asked = { ...booking, status: BookingStatus.PENDING, version: 1n };
  await rig.publish([{ change: BookingChange.CREATED, booking: asked }]);
  await rig.settled();
  rig.mailbox.clear();
}

test("a request that ends because its condition was not met is cancelled for everybody, with the reason", async () => {
  const cancellationReason = "No payment in time";
  const lapsed = expired(BookingStatus.PENDING, { cancellationReason });
  await requested(lapsed.booking);
  expect(await toldOf([lapsed])).toEqual([
    "attendee@example.com Annulé",
    "booker@example.com Cancelled",
    "host@example.com Cancelled",
  ]);
  expect((await mailTo("host@example.com", "Cancelled")).text).toContain("Reason: No payment in time");
});

test("a request that nobody answered before its start is cancelled by mail to the guests, and not to the hosts", async () => {
  const past = timestampFromDate(new Date(rig.clock.now().getTime() - 60_000));
  const lapsed = expired(BookingStatus.PENDING, { startTime: past });
  await requested(lapsed.booking);
  expect(await toldOf([lapsed])).toEqual(["attendee@example.com Annulé", "booker@example.com Cancelled"]);
});

test("the end of an offer is mailed to the booker alone, and withdraws no invitation", async () => {
  expect(await toldOf([expired(BookingStatus.OFFERED, {})])).toEqual(["booker@example.com Offer ended"]);
  expect((await mailTo("booker@example.com", "Offer ended")).attachments).toEqual([]);
});

test("the end of waiting for a seat is mailed to the booker alone, with no join link", async () => {
  expect(await toldOf([expired(BookingStatus.WAITLISTED, {})])).toEqual(["booker@example.com No seat became free"]);
  expect((await mailTo("booker@example.com", "No seat")).text).not.toContain("meet.example.com");
});

test("the end of a hold is mailed to nobody", async () => {
  expect(await toldOf([expired(BookingStatus.HOLD, { booker: { name: "", email: "" } })])).toEqual([]);
});

test("what took place is told to nobody", async () => {
  const over = bookingOf({ status: BookingStatus.COMPLETED, version: 4n });
  const next = bookingOf({ title: "Next" });
  await rig.publish([
    { change: BookingChange.COMPLETED, booking: over },
    { change: BookingChange.NO_SHOW, booking: { ...over, version: 5n } },
    { change: BookingChange.CREATED, booking: next },
  ]);
  await until("three mails", () => rig.mailbox.messages().length >= 3);
  expect(rig.mailbox.messages().every(({ subject }) => subject.includes("Next"))).toBe(true);
});

test("the log of all this names nobody and tells no secret", () => {
  const log = rig.logs.join("");
  expect(log).toContain("mail sent");
  expect(log).not.toMatch(/example\.com|Booker|Hannah|Intro call|\/manage|secret/);
});
