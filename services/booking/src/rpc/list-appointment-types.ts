import type { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listTypes } from "../store/appointment-types.ts";
import { toTypeMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of the organization's appointment types, newest first. */
export function listAppointmentTypes({
  store,
}: Deps): MethodImpl<typeof AppointmentTypeService.method.listAppointmentTypes> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const { types, nextPageToken } = await listTypes(store.db, organizationId, pageSize || defaultPageSize, pageToken);
    return { appointmentTypes: types.map(toTypeMessage), nextPageToken };
  };
}
