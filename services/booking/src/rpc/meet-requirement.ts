import { create } from "@bufbuild/protobuf";
import {
  BookingService,
  MeetRequirementResponseSchema,
} from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { meetRequirement } from "../domain/requirement.ts";
import { toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { changeBooking } from "./mutations.ts";

const method = BookingService.method.meetRequirement;

/** Says that the outside condition on which a booking waits is met. */
export function meetRequirementRpc(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(MeetRequirementResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return changeBooking(deps, mutation, request.bookingId, (booking, now, fields) =>
      meetRequirement(booking, request.requirement, fields, now),
    );
  };
}
