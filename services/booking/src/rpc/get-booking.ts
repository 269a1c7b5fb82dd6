import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readBooking, readHistory } from "../store/bookings.ts";
import { toBookingMessage, toHistoryMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

/** Reads one booking and its history. */
export function getBooking({ store }: Deps): MethodImpl<typeof BookingService.method.getBooking> {
  return async ({ bookingId }, context) => {
    const { organizationId } = memberOf(context);
    const booking = await readBooking(store.db, organizationId, bookingId);
    const history = await readHistory(store.db, organizationId, bookingId);
    return { booking: toBookingMessage(booking), history: history.map(toHistoryMessage) };
  };
}
