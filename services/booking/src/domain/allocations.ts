import { isActive, type Booking } from "./booking.ts";

/** The span in which a booking makes a calendar busy, buffers included. */
export interface Allocation {
  readonly calendarId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly active: boolean;
}

/** What a meeting takes beside its own time. */
export type Around = Pick<Booking, "setUpMs" | "bufferBeforeMs" | "bufferAfterMs" | "cleanUpMs">;

/** The span that a meeting takes of its hosts, with its buffers and the work around it. */
export function spanTaken(
  { setUpMs, bufferBeforeMs, bufferAfterMs, cleanUpMs }: Around,
  startMs: number,
  durationMs: number,
): { readonly startMs: number; readonly endMs: number } {
  return { startMs: startMs - setUpMs - bufferBeforeMs, endMs: startMs + durationMs + cleanUpMs + bufferAfterMs };
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
  const beginMs = booking.startsAt.getTime();
  const { startMs, endMs } = spanTaken(booking, beginMs, booking.endsAt.getTime() - beginMs);
  const [startsAt, endsAt] = [new Date(startMs), new Date(endMs)];
  const active = takesTime(booking);
  const calendars = new Set([...booking.hosts.map(({ calendarId }) => calendarId), ...booking.bundleMemberIds]);
  return booking.sessionId === null
    ? [...calendars].sort().map((calendarId) => ({ calendarId, startsAt, endsAt, active }))
    : [];
}
