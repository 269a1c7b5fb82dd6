import { create } from "@bufbuild/protobuf";
import {
  AppointmentTypeService,
  CreateBookingLinkResponseSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { validateLink, type BookingLink } from "../domain/booking-link.ts";
import { insertLink, readType } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import { fromLinkFields, toLinkMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const method = AppointmentTypeService.method.createBookingLink;

/** Adds a booking link. */
export function createBookingLink({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const fields = fromLinkFields(request.fields);
    validateLink(fields);
    const work = async (tx: Tx) => {
      const now = clock.now();
      await readType(tx, organizationId, fields.appointmentTypeId);
      const link: BookingLink = { id: newId(now.getTime()), ...fields, used: false, version: 1n, createdAt: now };
      await insertLink(tx, organizationId, link);
      return create(CreateBookingLinkResponseSchema, { bookingLink: toLinkMessage(link) });
    };
    const { db, transaction } = store;
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
