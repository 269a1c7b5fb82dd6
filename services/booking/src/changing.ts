import type { Booking, Changed } from "./domain/booking.ts";
import { sessionChanged } from "./domain/errors.ts";
import { hasSeat, offer, seatsLeft, type Session } from "./domain/session.ts";
import { tell, type FactDeps } from "./facts.ts";
import { tellPromoted, tellSession, type Trace } from "./session-facts.ts";
import { readType } from "./store/appointment-types.ts";
import { lockBooking, readBooking, updateBooking } from "./store/bookings.ts";
import type { Tx } from "./store/index.ts";
import {
  closeSession,
  leaveSeat,
  lockFirstWaiting,
  lockSessions,
  sessionIdsOf,
  takeSeat,
  updateCapacity,
} from "./store/sessions.ts";

/** Who changes, and what it takes to tell of it. */
export interface Changing {
  readonly deps: FactDeps;
  readonly tx: Tx;
  readonly organizationId: string;
  readonly actor: string;
  readonly trace: Trace;
}

/** Who passes seats on, in the history of bookings. */
const passing = "booking";

/**
 * Locks a booking that is about to be changed, and before it the session of which it has a seat: in the other order, two
 * who pass seats on to one another would wait for ever.
 */
export async function lockForChange(tx: Tx, organizationId: string, bookingId: string): Promise<Booking> {
  const sessionIds = await sessionIdsOf(tx, organizationId, [bookingId]);
  if (sessionIds.length > 0) {
    await lockSessions(tx, organizationId, sessionIds);
  }
  const booking = await lockBooking(tx, organizationId, bookingId);
  if (booking.sessionId !== (sessionIds[0] ?? null)) {
    throw sessionChanged();
  }
  return booking;
}

/** Writes a change of a booking, tells of it, and passes its seat on where it has given one up. */
export async function writeChanged(changing: Changing, before: Booking, changed: Changed): Promise<void> {
  const { deps, tx, organizationId, actor, trace } = changing;
  await updateBooking(tx, organizationId, before, changed, actor);
  await tell(deps, tx, organizationId, changed, trace);
  if (before.sessionId !== null && hasSeat(before) && !hasSeat(changed.booking)) {
    await passSeatOn(changing, before.sessionId, changed.booking.updatedAt);
  }
}

/**
 * Offers a seat that was given up to the first who waits; the seat stays taken. Where nobody waits it is free, and with the
 * last one the session ends. The session is locked.
 */
export async function passSeatOn(changing: Changing, sessionId: string, now: Date): Promise<void> {
  const { tx, organizationId } = changing;
  const [session] = await lockSessions(tx, organizationId, [sessionId]);
  const next =
    session !== undefined && session.startsAt > now ? await lockFirstWaiting(tx, organizationId, sessionId) : null;
  if (next !== null) {
    return offerSeat(changing, next, now);
  }
  await leaveSeat(tx, organizationId, sessionId);
  if (session?.taken === 1) {
    await end(changing, session, now);
  }
}

/**
 * Gives a session the seats that its type has now, and offers those that are free to who waits. The session is locked; nothing
 * is done where it has them, has ended or has begun.
 */
export async function raiseSeats(changing: Changing, session: Session, capacity: number, now: Date): Promise<void> {
  if (session.status !== "open" || session.startsAt <= now || session.capacity >= capacity) {
    return;
  }
  const { deps, tx, organizationId, trace } = changing;
  const raised: Session = { ...session, capacity, version: session.version + 1n, updatedAt: now };
  await updateCapacity(tx, organizationId, raised);
  await tellSession(deps, tx, organizationId, raised, trace);
  for (let free = seatsLeft(raised); free > 0; free -= 1) {
    const next = await lockFirstWaiting(tx, organizationId, session.id);
    if (next === null) {
      return;
    }
    await takeSeat(tx, organizationId, session.id);
    await offerSeat(changing, next, now);
  }
}

async function offerSeat({ deps, tx, organizationId, trace }: Changing, bookingId: string, now: Date): Promise<void> {
  const waiting = await readBooking(tx, organizationId, bookingId);
  const { fields } = await readType(tx, organizationId, waiting.appointmentTypeId);
  const offered = offer(waiting, fields.offerLifetimeMs, now);
  await updateBooking(tx, organizationId, waiting, offered, passing);
  await tell(deps, tx, organizationId, offered, trace);
  await tellPromoted(deps, tx, organizationId, offered.booking, trace);
}

async function end({ deps, tx, organizationId, trace }: Changing, session: Session, now: Date): Promise<void> {
  await closeSession(tx, organizationId, session.id, now);
  const version = session.version + 1n;
  const ended: Session = { ...session, taken: 0, status: "cancelled", version, updatedAt: now };
  await tellSession(deps, tx, organizationId, ended, trace);
}
