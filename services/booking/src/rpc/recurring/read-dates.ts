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

/** Why a date does not take place says its booking; where that does not, its series, and then what was in its way. */
function toDateMessage(
  { recurrenceId, outcome, reason, obstacle }: SeriesOccurrence,
  booking?: Booking,
): SeriesBooking {
  return create(SeriesBookingSchema, {
    recurrenceId: timestampFromDate(recurrenceId),
    outcome: toOutcomeMessage(outcome),
    reason: booking?.cancellationReason || reason || obstacle,
    ...(booking === undefined ? {} : { booking: toBookingMessage(booking) }),
  });
}
