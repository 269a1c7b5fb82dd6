import { newId } from "@calends/kit/ids";
import type { FreeCalendars } from "./availability.ts";
import type { AppointmentType, Host } from "./domain/appointment-type.ts";
import type { Changed, Placed } from "./domain/booking.ts";
import { slotTaken } from "./domain/errors.ts";
import { expire } from "./domain/holds.ts";
import { tell, type FactDeps } from "./facts.ts";
import { insertBooking, readBooking, updateBooking } from "./store/bookings.ts";
import { lockExpired } from "./store/expiry.ts";
import type { Tx } from "./store/index.ts";

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
  const hosts = hostsFor(type, free);
  const placed = { hosts, bundleMemberIds: membersOf(hosts, free) };
  const changed = make(newId(now.getTime()), placed);
  const calendars = [...hosts.map(({ calendarId }) => calendarId), ...placed.bundleMemberIds];
  await endExpired(placing, calendars, { startMs, endMs: startMs + durationMs });
  await insertBooking(tx, organizationId, type, changed, actor);
  return changed;
}

/** Ends the holds that have run out and would stand in the way; a job does the same for all others. */
async function endExpired(
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

/** The hosts that a booking takes: all of them, or for round robin one that is free. */
function hostsFor({ fields }: AppointmentType, { calendarIds }: FreeCalendars): readonly Host[] {
  if (fields.category !== "round_robin") {
    return fields.hosts;
  }
  const host = fields.hosts.find(({ calendarId }) => calendarIds.includes(calendarId));
  if (host === undefined) {
    throw slotTaken();
  }
  return [host];
}

function membersOf(hosts: readonly Host[], { bundleMembers }: FreeCalendars): string[] {
  const own = new Set(hosts.map(({ calendarId }) => calendarId));
  return [...new Set(hosts.flatMap(({ calendarId }) => bundleMembers.get(calendarId) ?? []))].filter(
    (id) => !own.has(id),
  );
}
