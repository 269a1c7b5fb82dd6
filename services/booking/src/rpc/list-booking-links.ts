import type { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listLinks } from "../store/appointment-types.ts";
import { toLinkMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of the organization's booking links, newest first. */
export function listBookingLinks({ store }: Deps): MethodImpl<typeof AppointmentTypeService.method.listBookingLinks> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const { links, nextPageToken } = await listLinks(store.db, organizationId, pageSize || defaultPageSize, pageToken);
    return { bookingLinks: links.map(toLinkMessage), nextPageToken };
  };
}
