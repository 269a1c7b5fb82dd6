import { create } from "@bufbuild/protobuf";
import {
  CancelManagedBookingResponseSchema,
  PublicBookingService,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { cancel, type Booking } from "../domain/booking.ts";
import { refuseBookerCancel } from "../domain/policy.ts";
import { toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readManaged } from "./managed.ts";
import { changeBooking } from "./mutations.ts";

const method = PublicBookingService.method.cancelManagedBooking;

/** Cancels the booking of a manage link. */
export function cancelManagedBooking(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, booking: managed } = await readManaged(deps, request.manageToken);
    const answer = (booking: Booking) =>
      create(CancelManagedBookingResponseSchema, { booking: toPublicMessage(booking) });
    const mutation = { method, request, context, organizationId, actor: "booker", answer };
    return changeBooking(deps, mutation, managed.id, (booking, now, fields) => {
      refuseBookerCancel(fields, booking, now);
      return { ...cancel(booking, request.reason, now), byBooker: true };
    });
  };
}
