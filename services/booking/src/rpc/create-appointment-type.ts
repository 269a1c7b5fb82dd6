import { create } from "@bufbuild/protobuf";
import {
  AppointmentTypeService,
  CreateAppointmentTypeResponseSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { validateType, type AppointmentType } from "../domain/appointment-type.ts";
import { insertType } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import { fromTypeFields, toTypeMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const method = AppointmentTypeService.method.createAppointmentType;

/** Adds an active appointment type. */
export function createAppointmentType({ store, clock, availability }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const fields = fromTypeFields(request.fields);
    validateType(fields);
    const work = async (tx: Tx) => {
      const now = clock.now();
      const stamps = { version: 1n, createdAt: now, updatedAt: now };
      const type: AppointmentType = { id: newId(now.getTime()), fields, status: "active", ...stamps };
      await insertType(tx, organizationId, type);
      return create(CreateAppointmentTypeResponseSchema, { appointmentType: toTypeMessage(type) });
    };
    const check = () => availability.refuseUnknown(organizationId, fields, context);
    const { db, transaction } = store;
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work }, check);
  };
}
