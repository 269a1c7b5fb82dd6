import type { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { memberOf, type Member } from "@calends/kit/call";
import { notFound } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import type { RecurringBooking } from "../../domain/recurring.ts";
import type { Tx } from "../../store/index.ts";
import { readRecurring } from "../../store/recurring.ts";
import type { RecurringDeps } from "./deps.ts";
import { readDates } from "./read-dates.ts";
import { isStaff } from "./terms.ts";

const defaultPageSize = 100;

/** Reads a page of the dates of a series with their bookings. */
export function listSeriesBookings({
  store,
}: RecurringDeps): MethodImpl<typeof RecurringBookingService.method.listSeriesBookings> {
  return async ({ seriesId, pageSize, pageToken }, context) => {
    const caller = memberOf(context);
    await refuseStrangers(store.db, caller, seriesId);
    return readDates(store.db, caller.organizationId, seriesId, pageSize || defaultPageSize, pageToken);
  };
}

/** Throws "not found" where the organization has no such series, and for bookers where somebody else made it. */
export async function refuseStrangers(db: Tx, caller: Member, seriesId: string): Promise<RecurringBooking> {
  const recurring = await readRecurring(db, caller.organizationId, seriesId);
  if (recurring.madeBy !== caller.subject && !isStaff(caller)) {
    throw notFound("Series");
  }
  return recurring;
}
