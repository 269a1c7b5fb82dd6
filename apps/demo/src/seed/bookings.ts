import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingStatus, type Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { readAll, type Clients } from "./clients.ts";
import type { FileEvent, Unreadable } from "./events.ts";
import { requestIdOf } from "./ids.ts";
import type { Offer } from "./offers.ts";

/** An event that did not become a booking, and why. */
export interface Refused {
  readonly event: FileEvent | Unreadable;
  readonly why: string;
}

/** What became of the events of a file. */
export interface ImportReport {
  readonly created: number;
  /** Events that an earlier import made bookings of. */
  readonly known: number;
  readonly refused: readonly Refused[];
}

/**
 * Books each event through the public API. The external id is the event's UID, so an event that is a booking already is
 * left alone; an event that cannot be booked is reported with the reason.
 */
export async function importEvents(
  clients: Clients,
  offers: readonly Offer[],
  typeIds: ReadonlyMap<string, string>,
  booked: ReadonlyMap<string, Booking>,
  events: readonly (FileEvent | Unreadable)[],
): Promise<ImportReport> {
  const refused: Refused[] = [];
  let created = 0;
  let known = 0;
  for (const event of events) {
    const before = booked.get(event.uid);
    const outcome = before ?? (await book(clients, offers, typeIds, event));
    if (typeof outcome === "string") {
      refused.push({ event, why: outcome });
      continue;
    }
    if (before === undefined) {
      created += 1;
    } else {
      known += 1;
    }
    await confirm(clients, event, outcome);
  }
  return { created, known, refused };
}

/** Reads all bookings of the organization. */
export function listAllBookings({ bookings }: Clients): Promise<Booking[]> {
  return readAll<Booking>(async (pageToken) => {
    const { bookings: items, nextPageToken } = await bookings.listBookings({ pageToken, pageSize: 500 });
    return { items, nextPageToken };
  });
}

/** The bookings of the demo, by the external id with which they were made. */
export function byExternalId(all: readonly Booking[]): Map<string, Booking> {
  return new Map(all.filter(({ externalId }) => externalId !== "").map((booking) => [booking.externalId, booking]));
}

/** Returns the booking, or why there is none. */
async function book(
  { bookings }: Clients,
  offers: readonly Offer[],
  typeIds: ReadonlyMap<string, string>,
  event: FileEvent | Unreadable,
): Promise<Booking | string> {
  if ("why" in event) {
    return event.why;
  }
  if (event.status === "CANCELLED") {
    return "it is cancelled in the file";
  }
  const { uid, organizer, startMs, durationMs, timeZone, attendees } = event;
  const minutes = durationMs / 60_000;
  const offer = offers.find(
    ({ hosts, minutes: lengths }) => hosts[0]?.email === organizer && lengths.includes(minutes),
  );
  const booker = attendees.find(({ email }) => email !== organizer);
  if (offer === undefined || booker === undefined) {
    return offer === undefined ? `nobody at ${organizer} offers ${minutes} minutes` : "nobody is invited to it";
  }
  try {
    const { booking } = await bookings.createBooking({
      requestId: requestIdOf(`booking/${uid}/${startMs}`),
      appointmentTypeId: typeIds.get(offer.slug) ?? "",
      externalId: uid,
      details: {
        startTime: timestampFromMs(startMs),
        duration: durationFromMs(durationMs),
        booker: { ...booker, timeZone },
      },
    });
    return booking ?? "the answer has no booking";
  } catch (error) {
    return refusalOf(error);
  }
}

/** What the file says is confirmed is, also where the host has to confirm. */
async function confirm({ bookings }: Clients, event: FileEvent | Unreadable, booking: Booking): Promise<void> {
  const isWanted = "status" in event && event.status === "CONFIRMED";
  if (isWanted && booking.status === BookingStatus.PENDING) {
    await bookings.confirmBooking({ requestId: requestIdOf(`confirm/${booking.id}`), bookingId: booking.id });
  }
}

/** The refusal of a booking in words; what is no refusal but a failure goes on. */
function refusalOf(thrown: unknown): string {
  const error = ConnectError.from(thrown);
  const refusals = [Code.FailedPrecondition, Code.InvalidArgument, Code.AlreadyExists];
  if (!refusals.includes(error.code)) {
    throw thrown;
  }
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason;
  return reason === undefined ? error.rawMessage : `${error.rawMessage} (${reason})`;
}
