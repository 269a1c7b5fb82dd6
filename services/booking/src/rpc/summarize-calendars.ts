import type { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { summarizeCalendars } from "../store/allocations.ts";
import { fromTimestamp } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads how many allocations each calendar has and a checksum of them. */
export function summarizeCalendarsRpc({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof AllocationService.method.summarizeCalendars> {
  return ({ endsAfter, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    return summarizeCalendars(store.db, organizationId, fromTimestamp(endsAfter), page);
  };
}
