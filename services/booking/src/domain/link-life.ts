import type { Booking } from "./booking.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long after its booking's end a manage link can be used. */
const lifeMs = 30 * dayMs;
/** How long a link that was made anew can be used. */
const renewedLifeMs = 7 * dayMs;
const renewPauseMs = 15 * minuteMs;
const renewalsADay = 3;

/** When a booking's manage link ends. A booking that is moved takes its link with it. */
export function linkEndsAt({ endsAt }: Pick<Booking, "endsAt">): Date {
  return new Date(endsAt.getTime() + lifeMs);
}

/** When a link that is made anew ends. */
export function renewedEndsAt(now: Date): Date {
  return new Date(now.getTime() + renewedLifeMs);
}

/** Since when renewals count towards what may be renewed. */
export function renewalsCountFrom(now: Date): Date {
  return new Date(now.getTime() - dayMs);
}

/** Whether another link may be mailed: whoever has an old link could fill the booker's mailbox otherwise. */
export function mayRenew(renewedAt: readonly Date[], now: Date): boolean {
  const counted = renewedAt.filter((at) => at > renewalsCountFrom(now));
  return counted.length < renewalsADay && counted.every((at) => now.getTime() - at.getTime() >= renewPauseMs);
}
