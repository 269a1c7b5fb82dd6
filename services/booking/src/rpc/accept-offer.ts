import { create } from "@bufbuild/protobuf";
import { AcceptOfferResponseSchema, BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { accept } from "../domain/session.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.acceptOffer;

/** Takes an offered seat for somebody on a waitlist. */
export function acceptOffer(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(AcceptOfferResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.bookingId, (booking, now, fields) => accept(booking, fields, now));
  };
}
