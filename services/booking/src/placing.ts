import type { Sql } from "@calends/kit/database";
import { newId } from "@calends/kit/ids";
import type { FreeCalendars } from "./availability.ts";
import { chooseAndTake, placedOn } from "./choosing.ts";
import type { AppointmentType } from "./domain/appointment-type.ts";
import { allocationsOf } from "./domain/allocations.ts";
import type { BookingDraft, Changed, Placed } from "./domain/booking.ts";
import { takeHold } from "./domain/holds.ts";
import type { FactDeps } from "./facts.ts";
import { seat } from "./seating.ts";
import { lockBooking, updateBooking, writeBooking } from "./store/bookings.ts";
import type { Tx } from "./store/index.ts";
import { openRound } from "./store/round-robin.ts";
import { takeTime, takeTimeUnseen } from "./store/taking.ts";

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

/** Makes a booking of a hold, which has been checked. Throws HOLD_NOT_ACTIVE where it is over or of another slot. */
export async function takeHeld(placing: Placing, holdId: string, draft: BookingDraft): Promise<Changed> {
  const { tx, organizationId, type, actor, now } = placing;
  const hold = await lockBooking(tx, organizationId, holdId);
  const changed = takeHold(hold, type, draft, now);
  await updateBooking(tx, organizationId, hold, changed, actor);
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
  if (type.fields.category === "round_robin") {
    const round = await openRound(tx, { organizationId, appointmentTypeId: type.id });
    return chooseAndTake({ tx, organizationId, type, free, startMs, round, now }, make);
  }
  const placed = placedOn(type.fields.hosts, free);
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

/**
 * As {@link insertPlaced}, for types that are plain, in one round trip: where somebody was quicker, the transaction
 * fails at its end.
 */
export async function insertPlain(
  { tx, organizationId, type, actor, now }: Placing<Sql>,
  free: FreeCalendars,
  make: (id: string, placed: Placed) => Changed,
): Promise<Changed> {
  const changed = make(newId(now.getTime()), placedOn(type.fields.hosts, free));
  await takeTimeUnseen(tx, organizationId, changed.booking.id, allocationsOf(changed.booking));
  await writeBooking(tx, organizationId, type, changed, actor);
  return changed;
}
