import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  BookingService,
  RescheduleBookingResponseSchema,
} from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { moveBooking } from "./move-booking.ts";

const method = BookingService.method.rescheduleBooking;

/** Moves a pending or confirmed booking. */
export function rescheduleBooking(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) =>
      create(RescheduleBookingResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    const startMs = timestampMs(must(request.startTime, "start_time"));
    const { bookingId, reason } = request;
    return moveBooking(deps, mutation, { bookingId, startMs, reason, by: "staff" });
  };
}
