import { randomUUID } from "node:crypto";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { outcomeOf } from "./_util.ts";

const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());
beforeEach(() => sky.mailbox.clear());

const bookingsOf = ({ organizationId }: Bookable) => sky.client(BookingService, organizationId);

/** Waits until a booking has ended by itself, and returns it. */
function ended(bookable: Bookable, bookingId: string) {
  return until(
    "the booking has ended",
    async () => (await bookingsOf(bookable).getBooking({ bookingId })).booking,
    (booking) => booking?.status === BookingStatus.CANCELLED,
  );
}

/** The subjects of all mails to an address, when one that begins so has come. */
async function subjectsTo(address: string, last: string): Promise<string[]> {
  await sky.mailbox.waitFor(({ to, subject }) => to.includes(address) && subject.startsWith(last), {
    timeoutMs: 20_000,
  });
  const mails = sky.mailbox.messages().filter(({ to }) => to.includes(address));
  // A clock that jumps ends the lease of a mail that was just sent: the second has the same Message-ID.
  const subjects = new Map(mails.map(({ messageId, subject }) => [messageId, subject.split(":")[0] ?? ""]));
  return [...subjects.values()];
}

test("a booking whose condition is not met in time ends, and its booker and host are told", async () => {
  const bookable = await createBookable(sky, {
    type: { requirement: { name: "payment", timeLimit: durationFromMs(hourMs) } },
  });
  const { id } = await bookAt(sky, bookable, Date.parse("2026-12-01T10:00:00Z"), "payer");
  clock.advance(hourMs);
  expect((await ended(bookable, id))?.cancellationReason).toBe("No payment in time");
  expect(await subjectsTo("payer@guest.example", "Cancelled")).toEqual(["Request received", "Cancelled"]);
  expect(await subjectsTo("ada@host.example", "Cancelled")).toEqual(["Please confirm", "Cancelled"]);
});

test("a request that nobody answers ends at its start: its booker is told, and it cannot be confirmed any more", async () => {
  const bookable = await createBookable(sky, { type: { requiresConfirmation: true } });
  const { id } = await bookAt(sky, bookable, Date.parse("2026-12-01T10:00:00Z"), "asker");
  expect(await subjectsTo("asker@guest.example", "Request")).toEqual(["Request received"]);
  expect(await subjectsTo("ada@host.example", "Please")).toEqual(["Please confirm"]);
  clock.set(new Date("2026-12-01T10:00:00Z"));
  const confirmed = bookingsOf(bookable).confirmBooking({ requestId: randomUUID(), bookingId: id });
  expect(await outcomeOf(confirmed)).toBe("FailedPrecondition/BOOKING_STATUS");
  expect((await ended(bookable, id))?.cancellationReason).toBe("No confirmation in time");
  expect(await subjectsTo("asker@guest.example", "Cancelled")).toEqual(["Request received", "Cancelled"]);
  expect(await subjectsTo("ada@host.example", "Please")).toEqual(["Please confirm"]);
});
