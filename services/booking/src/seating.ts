import { newId } from "@calends/kit/ids";
import type { FreeCalendars } from "./availability.ts";
import type { AppointmentType, Host } from "./domain/appointment-type.ts";
import { allocationsOf, type Allocation } from "./domain/allocations.ts";
import type { Booking, Changed, Placed } from "./domain/booking.ts";
import { placedOn } from "./choosing.ts";
import { alreadyRegistered, sessionChanged, sessionFull } from "./domain/errors.ts";
import { seatsLeft, wait, type Session, type SessionKey } from "./domain/session.ts";
import type { FactDeps } from "./facts.ts";
import { tellSession } from "./session-facts.ts";
import type { Tx } from "./store/index.ts";
import { countSeatsOf, insertSession, lockOpen, nextArrival, takeSeat } from "./store/sessions.ts";
import { takeTime } from "./store/taking.ts";

/** For whom and when a seat is taken. */
export interface Seating {
  readonly deps: FactDeps;
  readonly tx: Tx;
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly now: Date;
}

/** The session that a start of a group means. */
export function sessionKey(
  appointmentTypeId: string,
  [host]: readonly Host[],
  startMs: number,
  durationMs: number,
): SessionKey {
  const calendarId = host?.calendarId ?? "";
  return { appointmentTypeId, calendarId, startsAt: new Date(startMs), endsAt: new Date(startMs + durationMs) };
}

/**
 * Makes a registration: it has a seat of the session at that start, which it opens where it is the first, or waits for one
 * where all are taken and the type has a waitlist. Throws SESSION_FULL where it has none. Registrations queue for the row
 * of their session, and arrive on its waitlist in that order.
 */
export async function seat(
  seating: Seating,
  { startMs, durationMs }: { readonly startMs: number; readonly durationMs: number },
  free: FreeCalendars,
  make: (placed: Placed) => Changed,
): Promise<Changed> {
  const { tx, organizationId, type } = seating;
  const { hosts } = type.fields;
  // A session takes the time that a booking of the type would take if it were of no session.
  const { bundlePrimaryIds, ...placed } = placedOn(hosts, free);
  const alone = make(placed).booking;
  const key = sessionKey(type.id, hosts, startMs, durationMs);
  const session = await sessionAt(seating, key, free, allocationsOf({ ...alone, status: "confirmed" }));
  const changed = make({ hosts, bundlePrimaryIds, sessionId: session.id });
  await refuseSecondSeat(seating, session.id, changed.booking);
  if (seatsLeft(session) > 0) {
    await takeSeat(tx, organizationId, session.id);
    return changed;
  }
  if (!type.fields.waitlist || changed.booking.status === "hold") {
    throw sessionFull();
  }
  return wait(changed, await nextArrival(tx));
}

/** Throws ALREADY_REGISTERED where a booker's address has all the seats of a locked session that its type allows. */
export async function refuseSecondSeat(
  { tx, organizationId, type }: Seating,
  sessionId: string,
  { booker }: Booking,
): Promise<void> {
  const { maxSeatsPerAddress } = type.fields;
  if ((await countSeatsOf(tx, organizationId, sessionId, booker.email)) >= maxSeatsPerAddress) {
    throw alreadyRegistered(maxSeatsPerAddress);
  }
}

/**
 * Locks the open session of a key, or opens one. Throws "conflict" where availability was asked about a session that is
 * gone: nobody has said that its host is free.
 */
export async function sessionAt(
  seating: Seating,
  key: SessionKey,
  free: FreeCalendars,
  allocations: readonly Allocation[],
): Promise<Session> {
  const { tx, organizationId } = seating;
  const found = await lockOpen(tx, organizationId, key);
  if (found === null && free.sessionId !== undefined) {
    throw sessionChanged();
  }
  // Where somebody else opened it in the meantime, it is there when the wait for them is over.
  return found ?? (await open(seating, key, allocations)) ?? sessionAt(seating, key, free, allocations);
}

async function open(seating: Seating, key: SessionKey, allocations: readonly Allocation[]): Promise<Session | null> {
  const { deps, tx, organizationId, type, now } = seating;
  const { capacity, place } = type.fields;
  const state = { capacity, taken: 0, place, status: "open" as const, version: 1n, updatedAt: now };
  const session: Session = { id: newId(now.getTime()), ...key, ...state };
  if (!(await insertSession(tx, organizationId, session))) {
    return null;
  }
  await takeTime(tx, organizationId, session.id, allocations);
  await tellSession(deps, tx, organizationId, session, null);
  return session;
}
