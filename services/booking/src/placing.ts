import { newId } from "@calends/kit/ids";
import type { FreeCalendars } from "./availability.ts";
import { chooseAndTake, placedOn } from "./choosing.ts";
import type { AppointmentType } from "./domain/appointment-type.ts";
import type { Changed, Placed } from "./domain/booking.ts";
import { expire } from "./domain/holds.ts";
import { tell, type FactDeps } from "./facts.ts";
import { seat } from "./seating.ts";
import { insertBooking, readBooking, updateBooking, writeBooking } from "./store/bookings.ts";
import { lockExpired } from "./store/expiry.ts";
import type { Tx } from "./store/index.ts";
import { openRound } from "./store/round-robin.ts";

/** Where and by whom something is placed. */
export interface Placing {
  readonly deps: FactDeps;
  readonly tx: Tx;
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly actor: string;
  readonly now: Date;
}

/**
 * Writes a new booking or hold on the hosts that its category gives it. Throws SLOT_TAKEN where somebody was quicker.
 * Holds that have run out in the meantime do not stand in its way.
 */
export async function insertPlaced(
  placing: Placing,
  { startMs, durationMs }: { readonly startMs: number; readonly durationMs: number },
  free: FreeCalendars,
  make: (id: string, placed: Placed) => Changed,
): Promise<Changed> {
  const { tx, organizationId, type, actor, now } = placing;
  const id = newId(now.getTime());
  const span = { startMs, endMs: startMs + durationMs };
  if (type.fields.category === "round_robin") {
    const round = await openRound(tx, { organizationId, appointmentTypeId: type.id });
    await endExpired(placing, [...free.calendarIds, ...[...free.bundleMembers.values()].flat()], span);
    const choosing = { tx, organizationId, type, free, startMs, round, now };
    const changed = await chooseAndTake(choosing, (placed) => make(id, placed));
    await writeBooking(tx, organizationId, type, changed, actor);
    return changed;
  }
  const placed = placedOn(type.fields.hosts, free);
  await endExpired(placing, [...placed.hosts.map(({ calendarId }) => calendarId), ...placed.bundleMemberIds], span);
  const isGroup = type.fields.category === "group";
  const changed = isGroup ? await seat(placing, { startMs, durationMs }, free, make) : make(id, placed);
  await insertBooking(tx, organizationId, type, changed, actor);
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
