import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { isChangeable } from "../domain/booking.ts";
import { readBooking } from "../store/bookings.ts";
import { toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

/** Reads the booking of a manage link. */
export function getManagedBooking(deps: Deps): MethodImpl<typeof PublicBookingService.method.getManagedBooking> {
  return async ({ manageToken }) => {
    const { organizationId, bookingId } = deps.manageLinks.read(manageToken);
    const booking = await readBooking(deps.store.db, organizationId, bookingId);
    return { booking: toPublicMessage(booking), changeable: isChangeable(booking, deps.clock.now()) };
  };
}
