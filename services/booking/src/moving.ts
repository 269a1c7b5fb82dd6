import type { FreeCalendars } from "./availability.ts";
import { chooseAndTake, placedOn } from "./choosing.ts";
import type { AppointmentType, Host, TypeFields } from "./domain/appointment-type.ts";
import { allocationsOf } from "./domain/allocations.ts";
import type { Booking, Changed } from "./domain/booking.ts";
import { moveSeat } from "./moving-seat.ts";
import type { Placing } from "./placing.ts";
import { updateBooking } from "./store/bookings.ts";
import { moveLimits } from "./store/limits.ts";
import { openRound, returnAssignment, takeOutReturned } from "./store/round-robin.ts";
import { leaveTime, takeTime, tryTime } from "./store/taking.ts";

/**
 * A type's rules with what the booking was made with: its hosts and buffers stay when it moves. A round-robin booking may
 * also go to another of the type's hosts, but not beyond those to which a routing form led its booker.
 */
export function bookedFields({ fields }: AppointmentType, booking: Booking): TypeFields {
  const { bufferBeforeMs, bufferAfterMs, setUpMs, cleanUpMs, place } = booking;
  const own = new Set(booking.hosts.map(({ calendarId }) => calendarId));
  const others = isRoundRobin(fields, booking)
    ? hostsFor(fields, booking).filter((host) => !own.has(host.calendarId))
    : [];
  const hosts = [...booking.hosts, ...others];
  return { ...fields, hosts, bufferBeforeMs, bufferAfterMs, setUpMs, cleanUpMs, place };
}

function hostsFor({ hosts }: TypeFields, { routedCalendarIds }: Booking): readonly Host[] {
  return routedCalendarIds.length === 0
    ? hosts
    : hosts.filter(({ calendarId }) => routedCalendarIds.includes(calendarId));
}

/**
 * Writes a moved booking: it gives up its old time and takes the new, or throws SLOT_TAKEN or the reason of a limit. Bundles
 * are looked up anew, for their members may be others by now. The booking is locked, and of a registration its session.
 */
export async function writeMoved(
  placing: Placing,
  before: Booking,
  moved: Changed,
  free: FreeCalendars,
): Promise<Changed> {
  const { tx, organizationId, type } = placing;
  if (before.sessionId !== null) {
    return writeTaken(placing, before, await moveSeat(placing, before, moved, free));
  }
  const round = isRoundRobin(type.fields, before) ? await openRound(tx, keyOf(placing)) : null;
  await leaveTime(tx, organizationId, before.id);
  const kept = { ...moved, booking: { ...moved.booking, ...placedOn(before.hosts, free) } };
  const taken = round === null ? await takeAgain(placing, kept) : await takeAny(placing, kept, free, round);
  return writeTaken(placing, before, taken);
}

/** Writes a booking whose new time, or seat, has been taken. */
async function writeTaken(
  { tx, organizationId, type, actor }: Placing,
  before: Booking,
  taken: Changed,
): Promise<Changed> {
  await moveLimits(tx, organizationId, type, before, taken.booking);
  await updateBooking(tx, organizationId, before, taken, actor);
  return taken;
}

async function takeAgain({ tx, organizationId }: Placing, kept: Changed): Promise<Changed> {
  await takeTime(tx, organizationId, kept.booking.id, allocationsOf(kept.booking));
  return kept;
}

/** Its own host where that one is free, and else another: the choice for the old one is given back. */
async function takeAny(placing: Placing, kept: Changed, free: FreeCalendars, round: bigint): Promise<Changed> {
  const { tx, organizationId, type, now } = placing;
  const { id, startsAt, hosts } = kept.booking;
  const own = hosts.map(({ calendarId }) => calendarId);
  if (own.every((calendarId) => free.calendarIds.includes(calendarId))) {
    if (await tryTime(tx, organizationId, id, allocationsOf(kept.booking))) {
      return kept;
    }
  }
  await returnAssignment(tx, organizationId, id);
  await takeOutReturned(tx, keyOf(placing));
  const others = { ...free, calendarIds: free.calendarIds.filter((calendarId) => !own.includes(calendarId)) };
  const choosing = { tx, organizationId, type, free: others, startMs: startsAt.getTime(), round, now };
  return chooseAndTake(choosing, (placed) => ({ ...kept, booking: { ...kept.booking, ...placed } }));
}

function keyOf({ organizationId, type }: Placing) {
  return { organizationId, appointmentTypeId: type.id };
}

/** A booking of several hosts was made when the type was of another category. */
function isRoundRobin({ category }: TypeFields, { hosts }: Booking): boolean {
  return category === "round_robin" && hosts.length === 1;
}
