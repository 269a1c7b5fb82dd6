import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { notFound } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { isHostedBy } from "../domain/booking.ts";
import { readBooking } from "../store/bookings.ts";
import type { Deps } from "./deps.ts";

/** Reads the link by which a host confirms or declines a booking. */
export function getHostLink({ store, answerLinks }: Deps): MethodImpl<typeof BookingService.method.getHostLink> {
  return async ({ bookingId, calendarId }, context) => {
    const { organizationId } = memberOf(context);
    if (!isHostedBy(await readBooking(store.db, organizationId, bookingId), calendarId)) {
      throw notFound("Booking");
    }
    return { path: answerLinks.hostPath({ organizationId, bookingId, calendarId }) };
  };
}
