import { randomUUID } from "node:crypto";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingOf, createFeed, createRig, now, readFeed, type BookingPlain, type Rig } from "./_util.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});

afterAll(() => rig[Symbol.asyncDispose]());

test("a feed shows a calendar's bookings to a real parser, and nothing of other calendars or of people", async () => {
  const calendarId = randomUUID();
  const one = bookingOf(calendarId, 48, {
    title: 'Täglich, mit; "allem"\r\nEND:VCALENDAR ' + "ü".repeat(100),
    location: "Room\n5",
    meetingUrl: "https://meet.example.com/?a=1,2;b",
  });
  const pending = bookingOf(calendarId, 50, { status: BookingStatus.PENDING, sequence: 3, title: "Maybe" });
  const other = bookingOf(randomUUID(), 51);
  await rig.publish([one, pending, other]);
  await rig.settled([one, pending, other]);
  const { token, path } = await createFeed(rig, calendarId);
  expect(path).toMatch(/^\/feeds\/[\w-]{43}\.ics$/);
  const { contentType, events, calendar, text } = await readFeed(rig, token);
  expect(contentType).toBe("text/calendar; charset=utf-8");
  expect(events.map(({ uid }) => uid).toSorted()).toEqual([`${one.id}@calends`, `${pending.id}@calends`].toSorted());
  const first = must(
    events.find(({ uid }) => uid.startsWith(one.id)),
    "event",
  );
  expect(first.summary).toBe(`Täglich, mit; "allem"\nEND:VCALENDAR ${"ü".repeat(100)}`);
  expect(first.location).toBe("Room\n5");
  expect(first.startDate.toString()).toBe("2026-12-03T08:00:00Z");
  expect(first.endDate.toString()).toBe("2026-12-03T08:30:00Z");
  expect(first.component.getFirstPropertyValue("url")).toBe("https://meet.example.com/?a=1%2C2%3Bb");
  const second = must(
    events.find(({ summary }) => summary === "Maybe"),
    "event",
  );
  expect([second.sequence, second.component.getFirstPropertyValue("status")]).toEqual([3, "TENTATIVE"]);
  expect(calendar.getFirstPropertyValue("x-wr-calname")).toBe("Ü\\, my\\; calendar X-EVIL:1");
  expect(calendar.getFirstPropertyValue("x-evil")).toBeNull();
  expect(String(calendar.getFirstPropertyValue("refresh-interval"))).toBe("PT15M");
  expect(text).toContain("PRODID:-//Calends//Calends//EN");
  expect(text).not.toMatch(/secret/i);
  expect(Math.max(...text.split("\r\n").map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
});

function versions(booking: BookingPlain, ...changes: Omit<BookingPlain, "id">[]): BookingPlain[] {
  const later = changes.map((change, index) => ({
    ...booking,
    ...change,
    version: BigInt(index + 2),
    sequence: index + 1,
  }));
  return [booking, ...later];
}

test("moved and cancelled bookings show as they are, whatever order their events come in, and twice", async () => {
  const [calendarId, newCalendarId] = [randomUUID(), randomUUID()];
  const later = {
    startTime: timestampFromDate(new Date("2026-12-09T10:00:00Z")),
    endTime: timestampFromDate(new Date("2026-12-09T11:00:00Z")),
  };
  const moved = versions(bookingOf(calendarId, 24, { title: "Moved" }), later);
  const cancelled = versions(bookingOf(calendarId, 26), later, { status: BookingStatus.CANCELLED });
  const handedOver = versions(bookingOf(calendarId, 28, { title: "Handed over" }), {
    hosts: [{ calendarId: newCalendarId, name: "New" }],
  });
  const last = [moved, cancelled, handedOver].map((list) => must(list.at(-1), "last version"));
  await rig.publish([...last, ...moved, ...cancelled.toReversed(), ...handedOver]);
  await rig.settled(last);
  await rig.republish();
  const marker = bookingOf(randomUUID(), 1);
  await rig.publish([marker]);
  await rig.settled([marker]);
  const { events } = await readFeed(rig, (await createFeed(rig, calendarId)).token);
  expect(events.map(({ summary, sequence, startDate }) => [summary, sequence, startDate.toString()])).toEqual([
    ["Moved", 1, "2026-12-09T10:00:00Z"],
  ]);
  const handed = await readFeed(rig, (await createFeed(rig, newCalendarId)).token);
  expect(handed.events.map(({ summary }) => summary)).toEqual(["Handed over"]);
});

test("of a session that is told of by each registration, the newest is shown, once", async () => {
  const calendarId = randomUUID();
  const registrations = [1, 2, 3].map(() => bookingOf(calendarId, 30));
  const [one = bookingOf(calendarId, 0)] = registrations;
  const { startTime, endTime } = one;
  const seats = (version: number, confirmed: number) => {
    return [{ sessionId, startTime, endTime, version, confirmed }];
  };
  const sessionId = randomUUID();
  for (const [index, version] of [2, 3, 1].entries()) {
    await rig.publish(registrations.slice(index, index + 1), seats(version, version));
  }
  await rig.settled(registrations);
  const { token } = await createFeed(rig, calendarId);
  const shown = async () =>
    (await readFeed(rig, token)).events.map((event) => [event.uid, event.sequence, event.description]);
  expect(await shown()).toEqual([[`${sessionId}@calends`, 3, "Registered: 3"]]);
  const ended = { ...one, status: BookingStatus.CANCELLED, version: 2n };
  await rig.publish([ended], seats(4, 0));
  await rig.settled([ended]);
  expect(await shown()).toEqual([]);
});

test("what ended more than 90 days ago is not shown", async () => {
  const calendarId = randomUUID();
  const bookings = [-89, -91].map((days) => bookingOf(calendarId, days * 24, { title: `${days}` }));
  await rig.publish(bookings);
  await rig.settled(bookings);
  const { events } = await readFeed(rig, (await createFeed(rig, calendarId)).token);
  expect(events.map(({ summary }) => summary)).toEqual(["-89"]);
});

test("a calendar of 6,000 bookings: the newest 5,000, within four seconds and megabytes", async () => {
  const calendarId = randomUUID();
  const { organizationId } = must(
    (
      await rig.pool.query<{ organizationId: string }>(
        'SELECT organization_id AS "organizationId" FROM seen_bookings LIMIT 1',
      )
    ).rows[0],
    "row",
  );
  await rig.pool.query(
    `INSERT INTO calendar_events SELECT $1, $2, gen_random_uuid(), 'n' || n, false, $3::timestamptz + n * interval '1 hour',
       $3::timestamptz + n * interval '1 hour' + interval '30 minutes', 'Room 5', '', 0, $3 FROM generate_series(1, 6000) n`,
    [organizationId, calendarId, now],
  );
  const { token } = await createFeed(rig, calendarId);
  const before = performance.now();
  const { data } = await rig.client(null).readFeed({ feedToken: token });
  expect(performance.now() - before).toBeLessThan(4_000);
  expect(data.length).toBeLessThan(4_000_000);
  const names = [...new TextDecoder().decode(data).matchAll(/SUMMARY:n(\d+)/g)].map((match) => Number(match[1]));
  expect(names).toHaveLength(5_000);
  expect(Math.min(...names)).toBe(1_001);
});
