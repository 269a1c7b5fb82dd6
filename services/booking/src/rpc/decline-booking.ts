import { create } from "@bufbuild/protobuf";
import { BookingService, DeclineBookingResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { decline, type Booking } from "../domain/booking.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.declineBooking;

/** Cancels a pending booking on the host's side. */
export function declineBooking(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(DeclineBookingResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.bookingId, (booking, now) => decline(booking, request.reason, now));
  };
}
