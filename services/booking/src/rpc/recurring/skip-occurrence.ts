import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { RecurringDeps } from "./deps.ts";
import { refuseStrangers } from "./list-series-bookings.ts";

/** Skips one date. The engine keeps the answer to the request id, and what it tells cancels the booking. */
export function skipOccurrence(deps: RecurringDeps): MethodImpl<typeof RecurringBookingService.method.skipOccurrence> {
  return async ({ requestId, seriesId, recurrenceId, reason }, context) => {
    const caller = memberOf(context);
    await refuseStrangers(deps.store.db, caller, seriesId);
    const request = { requestId, seriesId, recurrenceId: must(recurrenceId, "recurrence_id"), reason };
    const { organizationId, subject } = caller;
    return { occurrence: await deps.recurrence.skip({ organizationId, subject, context }, request) };
  };
}
