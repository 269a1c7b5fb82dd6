import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  SeriesBookingSchema,
  type SeriesBooking,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import type { Booking } from "../../domain/booking.ts";
import type { SeriesOccurrence } from "../../domain/recurring.ts";
import { toOutcomeMessage } from "../../series/occurrence-facts.ts";
import { readManyBookings } from "../../store/bookings.ts";
import type { Tx } from "../../store/index.ts";
import { listOccurrences } from "../../store/occurrences.ts";
import { toBookingMessage } from "../convert.ts";

/** Reads a page of the dates of a series with their bookings. */
export async function readDates(
  db: Tx,
  organizationId: string,
  seriesId: string,
  pageSize: number,
  pageToken: string,
): Promise<{ dates: SeriesBooking[]; nextPageToken: string }> {
  const page = await listOccurrences(db, organizationId, seriesId, pageSize, pageToken);
  const ids = page.occurrences.flatMap(({ bookingId }) => (bookingId === null ? [] : [bookingId]));
  const bookings = await readManyBookings(db, organizationId, ids);
  const dates = page.occurrences.map((occurrence) =>
    toDateMessage(occurrence, bookings.get(occurrence.bookingId ?? "")),
  );
  return { dates, nextPageToken: page.nextPageToken };
}

/** The reason is why a date does not take place, as the engine is told; of one that does, what kept it from its own time. */
function toDateMessage(
  { recurrenceId, outcome, outcomeReason, obstacle }: SeriesOccurrence,
  booking?: Booking,
): SeriesBooking {
  return create(SeriesBookingSchema, {
    recurrenceId: timestampFromDate(recurrenceId),
    outcome: toOutcomeMessage(outcome),
    reason: outcome === "booked" ? obstacle : outcomeReason,
    ...(booking === undefined ? {} : { booking: toBookingMessage(booking) }),
  });
}
