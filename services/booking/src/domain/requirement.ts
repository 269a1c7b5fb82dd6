import { invalidField } from "@calends/kit/domain-error";
import type { TypeFields } from "./appointment-type.ts";
import { changed, ended, refuseUnless, type Booking, type Changed } from "./booking.ts";
import { wrongStatus } from "./errors.ts";

const met = { requirement: null, requirementUntil: null };

/** The outside condition of a booking is met. Throws where it waits for another or for none, or has waited too long. */
export function meetRequirement(
  booking: Booking,
  name: string,
  { requiresConfirmation }: TypeFields,
  now: Date,
): Changed {
  refuseUnless(booking, ["pending"], "only a pending booking waits for something");
  if (booking.requirement === null || isLapsed(booking, now)) {
    throw wrongStatus(booking.status, "the booking waits for nothing any more");
  }
  if (booking.requirement !== name) {
    throw invalidField("requirement", `the booking waits for ${booking.requirement}`);
  }
  return requiresConfirmation
    ? changed(booking, "requirement_met", met, now)
    : changed(booking, "confirmed", { ...met, status: "confirmed" }, now);
}

/** Whether a booking has waited too long: for its condition, or for anything until it began. */
export function isLapsed({ status, requirementUntil, startsAt }: Booking, now: Date): boolean {
  return status === "pending" && (startsAt <= now || (requirementUntil !== null && requirementUntil <= now));
}

/** Ends a booking that has waited too long. */
export function lapse(booking: Booking, now: Date): Changed {
  const reason = `No ${booking.requirement ?? "confirmation"} in time`;
  return changed(booking, "expired", ended(booking, reason), now, reason);
}
