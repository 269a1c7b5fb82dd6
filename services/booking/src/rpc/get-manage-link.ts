import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { linkEndsAt, renewedEndsAt } from "../domain/link-life.ts";
import { readBooking } from "../store/bookings.ts";
import type { Deps } from "./deps.ts";

/** Reads the link by which a booking's booker manages it. */
export function getManageLink(deps: Deps): MethodImpl<typeof BookingService.method.getManageLink> {
  return async ({ bookingId }, context) => {
    const { organizationId } = memberOf(context);
    const booking = await readBooking(deps.store.db, organizationId, bookingId);
    const now = deps.clock.now();
    const endOfFirst = linkEndsAt(booking);
    const endsAt = endOfFirst > now ? endOfFirst : renewedEndsAt(now);
    const anew = endOfFirst > now ? {} : { endsAt };
    const token = deps.manageLinks.token({ organizationId, bookingId, ...anew });
    const asks = booking.bookerUnconfirmed && booking.attendees.length > 0;
    const confirmPath = asks ? deps.answerLinks.confirmPath({ organizationId, bookingId }) : "";
    return { path: `/manage/${token}`, expireTime: timestampFromDate(endsAt), confirmPath };
  };
}
