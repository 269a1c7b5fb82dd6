import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import {
  PublicBookingService,
  RescheduleManagedBookingResponseSchema,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readManaged } from "./managed.ts";
import { moveBooking } from "./move-booking.ts";

const method = PublicBookingService.method.rescheduleManagedBooking;

/** Moves the booking of a manage link. */
export function rescheduleManagedBooking(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, booking: managed } = await readManaged(deps, request.manageToken);
    const answer = (booking: Booking) =>
      create(RescheduleManagedBookingResponseSchema, { booking: toPublicMessage(booking) });
    const mutation = { method, request, context, organizationId, actor: "booker", answer };
    const startMs = timestampMs(must(request.startTime, "start_time"));
    return moveBooking(deps, mutation, { bookingId: managed.id, startMs, reason: request.reason, by: "booker" });
  };
}
