import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { FreeCalendars } from "./availability.ts";
import { lockForChange, passSeatOn } from "./changing.ts";
import { placedOn } from "./choosing.ts";
import { allocationsOf } from "./domain/allocations.ts";
import type { Booking, Changed } from "./domain/booking.ts";
import { sessionFull } from "./domain/errors.ts";
import { seatsLeft } from "./domain/session.ts";
import type { Placing } from "./placing.ts";
import { refuseSecondSeat, sessionAt, sessionKey } from "./seating.ts";
import { lockBooking, readBooking } from "./store/bookings.ts";
import { findSessionId, lockSessions, takeSeat } from "./store/sessions.ts";

/**
 * Locks a booking that is about to be moved to a start. Of a registration, the sessions that it leaves and goes to are
 * locked before it and in one order: others may be going the other way.
 */
export async function lockForMove(placing: Placing, bookingId: string, startMs: number): Promise<Booking> {
  const { tx, organizationId, type } = placing;
  const booking = await readBooking(tx, organizationId, bookingId);
  if (booking.sessionId === null) {
    return lockBooking(tx, organizationId, bookingId);
  }
  const durationMs = booking.endsAt.getTime() - booking.startsAt.getTime();
  const target = await findSessionId(tx, organizationId, sessionKey(type.id, booking.hosts, startMs, durationMs));
  await lockSessions(tx, organizationId, target === null ? [booking.sessionId] : [booking.sessionId, target]);
  return lockForChange(tx, organizationId, bookingId);
}

/**
 * Gives a registration's seat to the first who waits for it, and takes one at the new start. Throws SESSION_FULL where none
 * is left there: nobody gives up a seat in order to wait.
 */
export async function moveSeat(
  placing: Placing,
  before: Booking,
  { booking, ...moved }: Changed,
  free: FreeCalendars,
): Promise<Changed> {
  const { deps, tx, organizationId, type, actor, now } = placing;
  const startMs = booking.startsAt.getTime();
  if (startMs === before.startsAt.getTime()) {
    throw invalidField("start_time", "the booking has a seat at that start already");
  }
  const sessionId = must(before.sessionId, "session");
  await passSeatOn({ deps, tx, organizationId, actor, trace: null }, sessionId, now);
  const key = sessionKey(type.id, booking.hosts, startMs, booking.endsAt.getTime() - startMs);
  const placed = placedOn(booking.hosts, free);
  const alone: Booking = { ...booking, ...placed, sessionId: null, status: "confirmed" };
  const session = await sessionAt(placing, key, free, allocationsOf(alone));
  await refuseSecondSeat(placing, session.id, booking);
  if (seatsLeft(session) === 0) {
    throw sessionFull();
  }
  await takeSeat(tx, organizationId, session.id);
  return { ...moved, booking: { ...booking, bundlePrimaryIds: placed.bundlePrimaryIds, sessionId: session.id } };
}
