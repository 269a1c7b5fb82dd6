import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import { cancelRecurringBooking } from "./cancel-recurring-booking.ts";
import { createRecurringBooking } from "./create-recurring-booking.ts";
import type { RecurringDeps } from "./deps.ts";
import { listSeriesBookings } from "./list-series-bookings.ts";
import { planSeries } from "./plan-series.ts";
import { skipOccurrence } from "./skip-occurrence.ts";

/** The RPCs of RecurringBookingService. */
export function recurringBookingRpcs(deps: RecurringDeps): ServiceImpl<typeof RecurringBookingService> {
  return {
    planSeries: planSeries(deps),
    createRecurringBooking: createRecurringBooking(deps),
    listSeriesBookings: listSeriesBookings(deps),
    skipOccurrence: skipOccurrence(deps),
    cancelRecurringBooking: cancelRecurringBooking(deps),
  };
}
