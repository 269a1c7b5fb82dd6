import { create } from "@bufbuild/protobuf";
import { BookingService, ReleaseHoldResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { releaseHold } from "../domain/holds.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.releaseHold;

/** Gives a held slot back. */
export function releaseHoldRpc(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(ReleaseHoldResponseSchema, { hold: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.holdId, releaseHold);
  };
}
