import type { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { toChangedMessage } from "../../facts.ts";
import { readManyBookings } from "../../store/bookings.ts";
import { readSeats } from "../../store/session-seats.ts";
import type { Deps } from "../deps.ts";

/** Reads whole bookings as their events tell them. */
export function batchGetBookingCopies({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof BookingCopyService.method.batchGetBookingCopies> {
  return async ({ bookingIds }, context) => {
    const { organizationId } = memberOf(context);
    // One snapshot: a booking and its session's seats are of one moment.
    return store.snapshot(async (tx) => {
      const bookings = [...(await readManyBookings(tx, organizationId, bookingIds)).values()];
      const sessionIds = new Set(bookings.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId])));
      const seats = sessionIds.size === 0 ? [] : await readSeats(tx, organizationId, [...sessionIds]);
      const sorted = bookings.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return {
        bookings: sorted.map((booking) =>
          toChangedMessage(
            { booking, change: "restored", reason: "" },
            seats.filter(({ sessionId }) => sessionId === booking.sessionId),
          ),
        ),
      };
    });
  };
}
