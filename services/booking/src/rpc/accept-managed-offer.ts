import { create } from "@bufbuild/protobuf";
import {
  AcceptManagedOfferResponseSchema,
  PublicBookingService,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import type { Booking } from "../domain/booking.ts";
import { accept } from "../domain/session.ts";
import { toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readManaged } from "./managed.ts";
import { changeBooking } from "./mutations.ts";

const method = PublicBookingService.method.acceptManagedOffer;

/** Takes the seat that was offered to the booking of a manage link. */
export function acceptManagedOffer(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, booking: managed } = await readManaged(deps, request.manageToken);
    const answer = (booking: Booking) =>
      create(AcceptManagedOfferResponseSchema, { booking: toPublicMessage(booking) });
    const mutation = { method, request, context, organizationId, actor: "booker", answer };
    return changeBooking(deps, mutation, managed.id, (booking, now, fields) => accept(booking, fields, now));
  };
}
