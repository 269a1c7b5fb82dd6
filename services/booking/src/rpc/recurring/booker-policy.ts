import type { Member } from "@calends/kit/call";
import type { Booking } from "../../domain/booking.ts";
import { refuseCancel } from "../../domain/policy.ts";
import { onDate } from "../../series/refusal.ts";
import { readType } from "../../store/appointment-types.ts";
import { listSeriesToCome } from "../../store/bookings.ts";
import { DomainError } from "@calends/kit/domain-error";
import type { RecurringDeps } from "./deps.ts";
import { refuseStrangers } from "./list-series-bookings.ts";
import { isStaff } from "./terms.ts";

/**
 * Throws CHANGE_POLICY, with the date in the metadata, where the type does not let a booker cancel a booking of the series
 * that is to come: the one of a date, or the first of all where no date is given. "Not found" as for every stranger.
 */
export async function refuseByPolicy(
  { store: { db }, clock }: Pick<RecurringDeps, "store" | "clock">,
  caller: Member,
  seriesId: string,
  recurrenceId?: Date,
): Promise<void> {
  const { organizationId } = caller;
  const { appointmentTypeId } = await refuseStrangers(db, caller, seriesId);
  if (isStaff(caller)) {
    return;
  }
  const now = clock.now();
  const { fields } = await readType(db, organizationId, appointmentTypeId);
  for (const booking of await listSeriesToCome(db, organizationId, seriesId, now, recurrenceId)) {
    refuseDate(booking, () => refuseCancel(fields.bookerPolicy, booking, now));
  }
}

function refuseDate({ recurrenceId }: Booking, refuse: () => void): void {
  try {
    refuse();
  } catch (error) {
    throw error instanceof DomainError && recurrenceId !== null ? onDate(error, recurrenceId) : error;
  }
}
