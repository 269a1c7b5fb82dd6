import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseByPolicy } from "./booker-policy.ts";
import type { RecurringDeps } from "./deps.ts";

/** Cancels a series. The engine keeps the answer to the request id, and what it tells cancels the bookings. */
export function cancelRecurringBooking(
  deps: RecurringDeps,
): MethodImpl<typeof RecurringBookingService.method.cancelRecurringBooking> {
  return async ({ requestId, seriesId, reason }, context) => {
    const caller = memberOf(context);
    await refuseByPolicy(deps, caller, seriesId);
    const { organizationId, subject } = caller;
    const request = { requestId, seriesId, reason };
    return { series: await deps.recurrence.cancel({ organizationId, subject, context }, request) };
  };
}
