import { create } from "@bufbuild/protobuf";
import {
  AppointmentTypeService,
  UpdateAppointmentTypeResponseSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { validateType } from "../domain/appointment-type.ts";
import { typeNotActive } from "../domain/errors.ts";
import { raiseSessions } from "../raising-seats.ts";
import { lockType, noteRaised, updateType } from "../store/appointment-types.ts";
import { recountDays, resetLimits } from "../store/limits.ts";
import type { Tx } from "../store/index.ts";
import { fromTypeFields, fromTypeStatus, toTypeMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const method = AppointmentTypeService.method.updateAppointmentType;

/** Replaces a type's fields and status. */
export function updateAppointmentType(deps: Deps): MethodImpl<typeof method> {
  const { store, clock, availability } = deps;
  return async (request, context) => {
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
      if (fields.capacity > before.fields.capacity) {
        await noteRaised(tx, organizationId, appointmentTypeId, values.updatedAt);
      }
      await resetLimits(tx, organizationId, appointmentTypeId);
      if (before.fields.timeZone !== fields.timeZone) {
        await recountDays(tx, organizationId, type, clock.now());
      }
      return create(UpdateAppointmentTypeResponseSchema, { appointmentType: toTypeMessage(type) });
    };
    const check = () => availability.refuseUnknown(organizationId, fields, context);
    const { db, transaction } = store;
    const answer = await mutateOnce({ method, organizationId, request, sql: db, transaction, work }, check);
    // What fails here is done by a job: the type has been changed.
    await raiseSessions(deps, organizationId, { id: appointmentTypeId, fields }, callOf(context).trace).catch(() => {});
    return answer;
  };
}
