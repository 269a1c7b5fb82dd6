import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import type { RecurringDeps } from "./deps.ts";
import { planDates, toPlanMessage } from "./plan-dates.ts";
import { checkTerms } from "./terms.ts";

/** Says what would become of each date of a series. */
export function planSeries(deps: RecurringDeps): MethodImpl<typeof RecurringBookingService.method.planSeries> {
  return async ({ terms }, context) => {
    const caller = memberOf(context);
    const checked = await checkTerms(deps, terms, caller, context);
    const plans = await planDates(deps, caller.organizationId, checked, context);
    const isRoundRobin = checked.type.fields.category === "round_robin";
    return {
      dates: plans.map((plan) => toPlanMessage(plan, isRoundRobin)),
      wouldBeMade: checked.policy !== "fail" || plans.every(({ place }) => place !== undefined),
    };
  };
}
