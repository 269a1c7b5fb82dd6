import { randomUUID } from "node:crypto";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup } from "./_groups.ts";
import { backUp, command, invitationsTo, openFeed, operateOn, restore, start, stop, untilReached } from "./_restore.ts";
import { mailsTo, openBroker, readModel, truth, untilHandled, untilTrue } from "./_truth.ts";
import { countRows, dayAhead } from "./_util.ts";

const hourMs = 3_600_000;
const stack = new AsyncDisposableStack();
let sky: TestConstellation;

beforeAll(async () => {
  sky = stack.use(await startTestConstellation());
});
afterAll(() => stack.disposeAsync());

const uidOf = ({ id }: Pick<Booking, "id">) => `${id}@calends`;

function move({ organizationId }: Bookable, { id: bookingId }: Booking, startMs: number) {
  const request = { requestId: randomUUID(), bookingId, startTime: timestampFromMs(startMs) };
  return sky.client(BookingService, organizationId).rescheduleBooking(request);
}

function cancel({ organizationId }: Bookable, { id: bookingId }: Booking) {
  return sky.client(BookingService, organizationId).cancelBooking({ requestId: randomUUID(), bookingId });
}

/** Waits until every event is handled and every mail of it sent. */
async function untilQuiet(): Promise<void> {
  await using broker = await openBroker(sky);
  await until(
    "nothing waits to be published",
    () => countRows(sky.databaseUrl("booking"), "outbox WHERE published_at IS NULL"),
    (waiting) => waiting === 0,
    45_000,
  );
  await untilHandled(broker);
  await until(
    "every mail is sent",
    () => countRows(sky.databaseUrl("notification"), "deliveries WHERE status = 'queued'"),
    (queued) => queued === 0,
    45_000,
  );
}

test("what docs/runbooks/restore.md says makes calendars, feeds and mails agree with a booking database that was restored", async () => {
  const startMs = dayAhead(5);
  const bookable = await createBookable(sky);
  const feed = await openFeed(sky, bookable);
  const group = await createGroup(sky, 3);
  const groupFeed = await openFeed(sky, { ...bookable, ...group });
  const [kept, moved, cancelled] = [
    await bookAt(sky, bookable, startMs, "kept"),
    await bookAt(sky, bookable, startMs + hourMs, "moved"),
    await bookAt(sky, bookable, startMs + 2 * hourMs, "cancelled"),
  ];
  const seat = await group.register(startMs, "ann");
  await untilQuiet();
  await stop(sky, "booking");
  const backup = await backUp(sky);

  // The timeline that gets lost. Notification and sync do not hear its end.
  await using lost = await start(sky, "booking");
  await untilReached(sky, bookable.organizationId);
  await move(bookable, moved, startMs + 5 * hourMs);
  await cancel(bookable, cancelled);
  const gone = await bookAt(sky, bookable, startMs + 8 * hourMs, "gone");
  await group.register(startMs, "ben");
  await untilQuiet();
  await untilTrue(sky);
  await until("the feed shows the booking that gets lost", feed, (events) => events.has(uidOf(gone)));
  const [lostSeats] = [...(await groupFeed()).values()];
  await stop(sky, "notification");
  await stop(sky, "sync");
  const unheard = await bookAt(sky, bookable, startMs + 9 * hourMs, "unheard");
  const mailsBefore = sky.mailbox.messages().length;

  expect(await command(sky, "booking", "restored")).toMatch(/a replica of booking is running.*\nexit 1$/);
  await lost[Symbol.asyncDispose]();
  await restore(sky, backup);
  expect(await command(sky, "booking", "restored")).toMatch(/lost timeline: purge it\nexit 1$/);
  expect(await operateOn(sky, "purge", "booking")).toMatch(/^\d+ events and 0 dead letters of booking removed$/);
  expect(await command(sky, "recurrence-engine", "forget-outcomes", new Date().toISOString())).toMatch(/exit 0$/);
  expect(await command(sky, "booking", "restored")).toMatch(/\{"bookings":4,"sessions":1,"told":4,.*\nexit 0$/);

  await using _booking = await start(sky, "booking");
  await using _sync = await start(sky, "sync");
  await untilReached(sky, bookable.organizationId);
  expect(await command(sky, "availability", "rebuild")).toMatch(/exit 0$/);
  expect(await command(sky, "sync", "rebuild")).toMatch(/exit 0$/);
  const told = await command(sky, "notification", "forget-lost");
  const line = ({ id }: Booking, version: bigint) =>
    `${bookable.organizationId} ${id} version ${version}: {"told":2,"stopped":0}`;
  expect(told).toContain(line(moved, moved.version + 1n));
  expect(told).toContain(line(cancelled, cancelled.version + 1n));
  expect(told).toContain(line(gone, gone.version));
  expect(told).not.toContain(kept.id);
  expect(told).not.toContain(unheard.id);
  expect(told).not.toMatch(/@|example/);
  await using _notification = await start(sky, "notification");
  await untilQuiet();

  // Calendars and feeds are as booking is, and nobody was mailed.
  expect(await readModel(sky)).toEqual(await truth(sky));
  const shown = await feed();
  expect([...shown.keys()].toSorted()).toEqual([kept, moved, cancelled].map(uidOf).toSorted());
  expect(shown.get(uidOf(moved))?.startMs).toBe(startMs + hourMs);
  const [seats] = [...(await groupFeed()).values()];
  expect(seats?.uid).toBe(`${seat.sessionId}@calends`);
  expect(seats?.sequence).toBeGreaterThan(lostSeats?.sequence ?? Number.NaN);
  expect(sky.mailbox.messages()).toHaveLength(mailsBefore);

  // What happens now is mailed, and newer than all that calendar programs have.
  const lastOf = (guest: string) => must(invitationsTo(sky, guest).at(-1), `invitation of ${guest}`);
  const [lostMove, lostCancel] = [lastOf("moved"), lastOf("cancelled")];
  expect(timestampMs(must((await move(bookable, moved, startMs + 6 * hourMs)).booking?.startTime, "start"))).toBe(
    startMs + 6 * hourMs,
  );
  await cancel(bookable, cancelled);
  await untilQuiet();
  expect(lastOf("moved").sequence).toBeGreaterThan(lostMove.sequence);
  expect(lastOf("moved")).toMatchObject({ method: "REQUEST", startMs: startMs + 6 * hourMs });
  // Who was last told that it is cancelled is not told so twice.
  expect(lastOf("cancelled")).toEqual(lostCancel);
  expect([mailsTo(sky, "kept"), mailsTo(sky, "gone"), mailsTo(sky, "unheard")]).toEqual([1, 1, 0]);
  expect([...(await feed()).keys()].toSorted()).toEqual([kept, moved].map(uidOf).toSorted());
  await untilTrue(sky);
}, 240_000);
