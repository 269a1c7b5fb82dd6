import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listVersions, type CurrentVersion } from "../../store/copies.ts";
import type { Deps } from "../deps.ts";

const defaultPageSize = 100;

/** Reads the versions of all bookings and of the seats of sessions. */
export function listBookingVersions({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof BookingCopyService.method.listBookingVersions> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    const { versions, nextPageToken } = await listVersions(store.db, organizationId, page);
    return { versions: versions.map(toMessage), nextPageToken };
  };
}

function toMessage({ id, version, bookingId, updatedAt }: CurrentVersion) {
  return { id, version, bookingId, updateTime: timestampFromDate(updatedAt) };
}
