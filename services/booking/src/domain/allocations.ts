import { isActive, type Booking } from "./booking.ts";

/** The span in which a booking makes a calendar busy, buffers included. */
export interface Allocation {
  readonly calendarId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly active: boolean;
}

/** Whether a booking takes its hosts' time: a seat of a group session does not, its session does. */
export function takesTime(booking: Booking): boolean {
  return booking.sessionId === null && (isActive(booking) || booking.status === "hold");
}

/** Whether a booking counts towards the limits of its type. */
export function countsTowardsLimits({ status }: Booking): boolean {
  return status !== "cancelled" && status !== "waitlisted";
}

/**
 * What a booking takes, with its buffers and the work around it: one span a host, ordered by calendar, so that racing
 * transactions lock in one order.
 */
export function allocationsOf(booking: Booking): Allocation[] {
  const startsAt = new Date(booking.startsAt.getTime() - booking.setUpMs - booking.bufferBeforeMs);
  const endsAt = new Date(booking.endsAt.getTime() + booking.cleanUpMs + booking.bufferAfterMs);
  const active = takesTime(booking);
  const calendars = new Set([...booking.hosts.map(({ calendarId }) => calendarId), ...booking.bundleMemberIds]);
  return booking.sessionId === null
    ? [...calendars].sort().map((calendarId) => ({ calendarId, startsAt, endsAt, active }))
    : [];
}
