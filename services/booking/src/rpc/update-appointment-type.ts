import { create } from "@bufbuild/protobuf";
import {
  AppointmentTypeService,
  UpdateAppointmentTypeResponseSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { validateType } from "../domain/appointment-type.ts";
import { typeNotActive } from "../domain/errors.ts";
import { lockType, updateType } from "../store/appointment-types.ts";
import { recountDays, resetLimits } from "../store/limits.ts";
import type { Tx } from "../store/index.ts";
import { fromTypeFields, fromTypeStatus, toTypeMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const method = AppointmentTypeService.method.updateAppointmentType;

/** Replaces a type's fields and status. */
export function updateAppointmentType({ store, clock, availability }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const { appointmentTypeId } = request;
    const fields = fromTypeFields(request.fields);
    const status = fromTypeStatus(request.status);
    validateType(fields);
    const work = async (tx: Tx) => {
      // From here on bookings that count towards limits wait, and then find that it has changed.
      const before = await lockType(tx, organizationId, appointmentTypeId);
      if (before.status === "archived" && status !== "archived") {
        throw typeNotActive();
      }
      const values = { fields, status, updatedAt: clock.now() };
      const type = await updateType(tx, organizationId, appointmentTypeId, values);
      await resetLimits(tx, organizationId, appointmentTypeId);
      if (before.fields.timeZone !== fields.timeZone) {
        await recountDays(tx, organizationId, type, clock.now());
      }
      return create(UpdateAppointmentTypeResponseSchema, { appointmentType: toTypeMessage(type) });
    };
    const check = () => availability.refuseUnknown(organizationId, fields, context);
    const { db, transaction } = store;
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work }, check);
  };
}
