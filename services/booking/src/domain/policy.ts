import type { ChangePolicy, TypeFields } from "./appointment-type.ts";
import { isActive, refuseUncancellable, refuseUnchangeable, refuseUnmovable, type Booking } from "./booking.ts";
import { changePolicy } from "./errors.ts";

/** Throws CHANGE_POLICY where a policy forbids to cancel a booking. Who only waits for a seat may leave at any time. */
export function refuseCancel(policy: ChangePolicy, booking: Booking, now: Date): void {
  const { startsAt } = booking;
  if (!isActive(booking)) {
    return;
  }
  if (policy.noCancel) {
    throw changePolicy("no_cancel", "this booking cannot be cancelled");
  }
  if (isTooLate(startsAt, policy.cancelNoticeMs, now)) {
    throw changePolicy("cancel_notice", `it is too late to cancel: ${minutes(policy.cancelNoticeMs)} before the start`);
  }
}

/** Throws where staff may not move it: BOOKING_STATUS or CHANGE_POLICY. What has begun may be moved. */
export function refuseStaffReschedule({ staffPolicy }: TypeFields, booking: Booking, now: Date): void {
  refuseUnmovable(booking);
  refuseReschedule(staffPolicy, booking, now);
}

/** Throws CHANGE_POLICY where a policy forbids to move a booking. */
export function refuseReschedule(policy: ChangePolicy, { startsAt, rescheduleCount }: Booking, now: Date): void {
  if (policy.noReschedule) {
    throw changePolicy("no_reschedule", "this booking cannot be moved");
  }
  if (isTooLate(startsAt, policy.rescheduleNoticeMs, now)) {
    throw changePolicy(
      "reschedule_notice",
      `it is too late to move it: ${minutes(policy.rescheduleNoticeMs)} before the start`,
    );
  }
  if (policy.maxReschedules > 0 && rescheduleCount >= policy.maxReschedules) {
    throw changePolicy("max_reschedules", `it has been moved ${rescheduleCount} times already`);
  }
}

/** Throws where the booker may not cancel: BOOKING_STATUS or CHANGE_POLICY. */
export function refuseBookerCancel({ bookerPolicy }: TypeFields, booking: Booking, now: Date): void {
  refuseUncancellable(booking, now);
  refuseCancel(bookerPolicy, booking, now);
}

/** Throws where the booker may not move it: BOOKING_STATUS or CHANGE_POLICY. */
export function refuseBookerReschedule({ bookerPolicy }: TypeFields, booking: Booking, now: Date): void {
  refuseUnchangeable(booking, now);
  refuseReschedule(bookerPolicy, booking, now);
}

/** A policy without a notice has none after the start, either. */
function isTooLate(startsAt: Date, noticeMs: number, now: Date): boolean {
  return noticeMs > 0 && startsAt.getTime() - now.getTime() < noticeMs;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} minutes`;
}
