import { create } from "@bufbuild/protobuf";
import {
  AppointmentTypeService,
  UpdateBookingLinkResponseSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { validateLink } from "../domain/booking-link.ts";
import { readType, updateLink } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import { fromLinkFields, toLinkMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const method = AppointmentTypeService.method.updateBookingLink;

/** Replaces a booking link's fields. */
export function updateBookingLink({ store }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const fields = fromLinkFields(request.fields);
    validateLink(fields);
    const work = async (tx: Tx) => {
      await readType(tx, organizationId, fields.appointmentTypeId);
      const link = await updateLink(tx, organizationId, request.bookingLinkId, fields);
      return create(UpdateBookingLinkResponseSchema, { bookingLink: toLinkMessage(link) });
    };
    const { db, transaction } = store;
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
