import { create } from "@bufbuild/protobuf";
import { BookingService, CreateBookingResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseInactive } from "../domain/appointment-type.ts";
import type { Booking } from "../domain/booking.ts";
import { readType } from "../store/appointment-types.ts";
import { fromDetails, toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { placeBooking } from "./placements.ts";

const method = BookingService.method.createBooking;

/** Books a slot for staff and internal services. */
export function createBooking(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(CreateBookingResponseSchema, { booking: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return placeBooking(deps, mutation, async () => {
      const type = await readType(deps.store.sql, organizationId, request.appointmentTypeId);
      refuseInactive(type);
      const externalId = request.externalId.trim();
      const details = fromDetails(request.details, type.fields);
      const draft = { ...details, externalId: externalId === "" ? null : externalId, linkId: null };
      return { type, draft, ...(request.holdId === "" ? {} : { holdId: request.holdId }) };
    });
  };
}
