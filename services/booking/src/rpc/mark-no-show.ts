import { create } from "@bufbuild/protobuf";
import { BookingService, MarkNoShowResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { markNoShow, type Booking } from "../domain/booking.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.markNoShow;

/** Says that the booker of a confirmed booking did not come. */
export function markNoShowRpc(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(MarkNoShowResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.bookingId, markNoShow);
  };
}
