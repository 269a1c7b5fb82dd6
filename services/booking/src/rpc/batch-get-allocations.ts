import type { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readAllocations } from "../store/allocations.ts";
import { toAllocationsMessage } from "./convert-allocations.ts";
import type { Deps } from "./deps.ts";

/** Reads what these bookings take of calendars. */
export function batchGetAllocations({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof AllocationService.method.batchGetAllocations> {
  return async ({ bookingIds }, context) => {
    const { organizationId } = memberOf(context);
    const bookings = await readAllocations(store.db, organizationId, bookingIds);
    return { bookings: bookings.map(toAllocationsMessage) };
  };
}
