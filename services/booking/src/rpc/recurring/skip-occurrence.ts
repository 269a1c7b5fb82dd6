import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseByPolicy } from "./booker-policy.ts";
import type { RecurringDeps } from "./deps.ts";

/** Skips one date. The engine keeps the answer to the request id, and what it tells cancels the booking. */
export function skipOccurrence(deps: RecurringDeps): MethodImpl<typeof RecurringBookingService.method.skipOccurrence> {
  return async ({ requestId, seriesId, recurrenceId, reason }, context) => {
    const caller = memberOf(context);
    const request = { requestId, seriesId, recurrenceId: must(recurrenceId, "recurrence_id"), reason };
    await refuseByPolicy(deps, caller, seriesId, timestampDate(request.recurrenceId));
    const { organizationId, subject } = caller;
    return { occurrence: await deps.recurrence.skip({ organizationId, subject, context }, request) };
  };
}
