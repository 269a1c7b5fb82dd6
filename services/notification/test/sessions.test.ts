import { randomUUID } from "node:crypto";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BookingChange, BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { RunningService } from "@calends/kit/service";
import ICAL from "ical.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookingOf, createRig, start, type Change, type Rig } from "./_util.ts";

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
beforeEach(() => rig.mailbox.clear());

const host = "host@example.com";
const hosts = [{ calendarId: randomUUID(), name: "Hannah Host", email: host }];
const later = new Date(start.getTime() + 3_600_000);

function registration(name: string, sessionId: string, changes: object = {}) {
  const booker = { name, email: `${name}@example.com` };
  return bookingOf({ hosts, booker, attendees: [], sessionId, ...changes });
}

/** A session as booking describes it in an event. */
function seats(sessionId: string, version: number, confirmed: number, from = start) {
  const endTime = timestampFromDate(new Date(from.getTime() + 1_800_000));
  return { sessionId, version, confirmed, startTime: timestampFromDate(from), endTime };
}

/** Publishes changes and returns the calendars mailed to an address, as in "1 REQUEST <uid> Registered: 2", by SEQUENCE. */
async function toldTo(address: string, changes: readonly Change[]): Promise<string[]> {
  await rig.publish(changes);
  await rig.settled();
  const mails = rig.mailbox.messages().filter(({ to }) => to.includes(address));
  const parts = mails.flatMap(({ attachments }) => attachments);
  const calendars = parts.flatMap(({ contentType, content, filename }) =>
    contentType === "text/calendar" && filename !== "invite.ics" ? [new ICAL.Component(ICAL.parse(content))] : [],
  );
  return [...new Set(calendars.map(inShort))].toSorted();
}

function inShort(calendar: ICAL.Component): string {
  const [component] = calendar.getAllSubcomponents("vevent");
  const event = new ICAL.Event(component);
  const registered = /Registered: \d+/.exec(event.description)?.[0] ?? "";
  return [event.sequence, String(calendar.getFirstPropertyValue("method")), event.uid, registered].join(" ").trim();
}

test("a session is one event for its host, updated as seats are taken and given up, and withdrawn with the last", async () => {
  const id = randomUUID();
  const [ann, ben] = [registration("ann", id), registration("ben", id)];
  const made = { change: BookingChange.CREATED };
  const ended = { change: BookingChange.CANCELLED, statusBefore: BookingStatus.CONFIRMED };
  const cancelled = { status: BookingStatus.CANCELLED, version: 2n, sequence: 1 };
  const told = await toldTo(host, [
    { ...made, booking: ann, sessions: [seats(id, 1, 1)] },
    { ...made, booking: ben, sessions: [seats(id, 2, 2)] },
  ]);
  expect(told).toEqual([`1 REQUEST ${id}@calends Registered: 1`, `2 REQUEST ${id}@calends Registered: 2`]);
  rig.mailbox.clear();
  const after = await toldTo(host, [
    { ...ended, booking: { ...ann, ...cancelled }, sessions: [seats(id, 3, 1)] },
    { ...ended, booking: { ...ben, ...cancelled }, sessions: [seats(id, 4, 0)] },
  ]);
  expect(after).toEqual([`3 REQUEST ${id}@calends Registered: 1`, `4 CANCEL ${id}@calends Registered: 0`]);
});

test("each booker has an invitation of their own", async () => {
  const id = randomUUID();
  const booking = registration("cid", id);
  const told = await toldTo("cid@example.com", [
    { change: BookingChange.CREATED, booking, sessions: [seats(id, 1, 1)] },
  ]);
  expect(told).toEqual([`0 REQUEST ${booking.id}@calends`]);
});

test("when a registration moves, its host gets the events of both sessions", async () => {
  const [from, to] = [randomUUID(), randomUUID()];
  const booking = registration("dan", to, { version: 2n, sequence: 1, startTime: timestampFromDate(later) });
  const told = await toldTo(host, [
    {
      change: BookingChange.RESCHEDULED,
      statusBefore: BookingStatus.CONFIRMED,
      booking,
      sessions: [seats(from, 7, 0), seats(to, 5, 2, later)],
    },
  ]);
  expect(told).toEqual([`5 REQUEST ${to}@calends Registered: 2`, `7 CANCEL ${from}@calends Registered: 0`]);
});

test("a registration that its host has yet to confirm changes no event", async () => {
  const id = randomUUID();
  const booking = registration("eve", id, { status: BookingStatus.PENDING });
  const told = await toldTo(host, [{ change: BookingChange.CREATED, booking, sessions: [seats(id, 2, 1)] }]);
  expect(told).toEqual([]);
});
