import { create } from "@bufbuild/protobuf";
import { BookingService, CancelBookingResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { cancel, type Booking } from "../domain/booking.ts";
import { refuseCancel } from "../domain/policy.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.cancelBooking;

/** Cancels a pending or confirmed booking. */
export function cancelBooking(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(CancelBookingResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.bookingId, (booking, now, { staffPolicy }) => {
      refuseCancel(staffPolicy, booking, now);
      return cancel(booking, request.reason, now);
    });
  };
}
