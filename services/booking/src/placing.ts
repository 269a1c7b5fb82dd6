import type { Sql } from "@calends/kit/database";
import { newId } from "@calends/kit/ids";
import type { FreeCalendars } from "./availability.ts";
import { chooseAndTake, placedOn } from "./choosing.ts";
import type { AppointmentType } from "./domain/appointment-type.ts";
import { allocationsOf } from "./domain/allocations.ts";
import type { Changed, Placed } from "./domain/booking.ts";
import { expire } from "./domain/holds.ts";
import { tell, type FactDeps } from "./facts.ts";
import { seat } from "./seating.ts";
import { readBooking, updateBooking, writeBooking } from "./store/bookings.ts";
import { lockExpired } from "./store/expiry.ts";
import type { Tx } from "./store/index.ts";
import { openRound } from "./store/round-robin.ts";
import { takeTime } from "./store/taking.ts";

/** Where and by whom something is placed. */
export interface Placing<T extends Sql = Tx> {
  readonly deps: FactDeps;
  readonly tx: T;
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly actor: string;
  readonly now: Date;
}

/** When something is placed. */
export interface PlacedSpan {
  readonly startMs: number;
  readonly durationMs: number;
}

/**
 * Writes a new booking or hold on the hosts that its category gives it. Throws SLOT_TAKEN where somebody was quicker.
 * Holds that have run out in the meantime do not stand in its way.
 */
export async function insertPlaced(
  placing: Placing,
  span: PlacedSpan,
  free: FreeCalendars,
  make: (id: string, placed: Placed) => Changed,
): Promise<Changed> {
  const { tx, organizationId, type, actor, now } = placing;
  const id = newId(now.getTime());
  const changed = await takePlaced(placing, span, free, (placed) => make(id, placed));
  await writeBooking(tx, organizationId, type, changed, actor);
  return changed;
}

/** Takes what its category gives a booking: its hosts' time, one host's, or a seat. The booking is written by the caller. */
export async function takePlaced(
  placing: Placing,
  { startMs, durationMs }: PlacedSpan,
  free: FreeCalendars,
  make: (placed: Placed) => Changed,
): Promise<Changed> {
  const { tx, organizationId, type, now } = placing;
  const span = { startMs, endMs: startMs + durationMs };
  if (type.fields.category === "round_robin") {
    const round = await openRound(tx, { organizationId, appointmentTypeId: type.id });
    await endExpired(placing, [...free.calendarIds, ...[...free.bundleMembers.values()].flat()], span);
    return chooseAndTake({ tx, organizationId, type, free, startMs, round, now }, make);
  }
  const placed = placedOn(type.fields.hosts, free);
  await endExpired(placing, [...placed.hosts.map(({ calendarId }) => calendarId), ...placed.bundleMemberIds], span);
  if (type.fields.category === "group") {
    return seat(placing, { startMs, durationMs }, free, make);
  }
  const changed = make(placed);
  await takeTime(tx, organizationId, changed.booking.id, allocationsOf(changed.booking));
  return changed;
}

/** Whether a booking of a type takes its hosts' time and no more: no seat, and no choice between hosts. */
export function isPlain({ fields }: AppointmentType): boolean {
  return fields.category !== "group" && fields.category !== "round_robin";
}

/** Holds that have run out stand in the way: {@link insertPlaced} ends them. */
export class HoldsInTheWay extends Error {}

/** As {@link insertPlaced}, for types that are plain, in few round trips. Throws HoldsInTheWay before it has an effect. */
export async function insertPlain(
  { tx, organizationId, type, actor, now }: Placing<Sql>,
  { startMs, durationMs }: PlacedSpan,
  free: FreeCalendars,
  make: (id: string, placed: Placed) => Changed,
): Promise<Changed> {
  const changed = make(newId(now.getTime()), placedOn(type.fields.hosts, free));
  const { id } = changed.booking;
  const taken = allocationsOf(changed.booking);
  const calendarIds = taken.map(({ calendarId }) => calendarId);
  const [expired, outcome] = await Promise.allSettled([
    lockExpired(tx, organizationId, calendarIds, { startMs, endMs: startMs + durationMs }, now),
    takeTime(tx, organizationId, id, taken),
  ]);
  if (expired.status === "rejected") {
    throw expired.reason;
  }
  if (expired.value.length > 0) {
    throw new HoldsInTheWay();
  }
  if (outcome.status === "rejected") {
    throw outcome.reason;
  }
  await writeBooking(tx, organizationId, type, changed, actor);
  return changed;
}

/** Ends the holds that have run out and would stand in the way; a job does the same for all others. */
export async function endExpired(
  { deps, tx, organizationId, now }: Placing,
  calendarIds: readonly string[],
  span: { readonly startMs: number; readonly endMs: number },
): Promise<void> {
  for (const id of await lockExpired(tx, organizationId, calendarIds, span, now)) {
    const hold = await readBooking(tx, organizationId, id);
    const ended = expire(hold, now);
    await updateBooking(tx, organizationId, hold, ended, "booking");
    await tell(deps, tx, organizationId, ended, null);
  }
}
