import type { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listAllocations } from "../store/allocations.ts";
import { toAllocationsMessage } from "./convert-allocations.ts";
import { fromTimestamp } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads what bookings take of calendars, booking by booking. */
export function listAllocationsRpc({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof AllocationService.method.listAllocations> {
  return async ({ calendarId, endsAfter, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const filter = { calendarId: calendarId === "" ? null : calendarId, endsAfter: fromTimestamp(endsAfter) };
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    const { bookings, nextPageToken } = await listAllocations(store.db, organizationId, filter, page);
    return { bookings: bookings.map(toAllocationsMessage), nextPageToken };
  };
}
