import type { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readType } from "../store/appointment-types.ts";
import { toTypeMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

/** Reads one appointment type. */
export function getAppointmentType({
  store,
}: Deps): MethodImpl<typeof AppointmentTypeService.method.getAppointmentType> {
  return async ({ appointmentTypeId }, context) => {
    const { organizationId } = memberOf(context);
    return { appointmentType: toTypeMessage(await readType(store.db, organizationId, appointmentTypeId)) };
  };
}
