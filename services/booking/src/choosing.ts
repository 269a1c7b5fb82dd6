import type { FreeCalendars } from "./availability.ts";
import { limitDayOf, type AppointmentType, type Host } from "./domain/appointment-type.ts";
import type { Changed, Placed } from "./domain/booking.ts";
import { allocationsOf } from "./domain/allocations.ts";
import { slotTaken } from "./domain/errors.ts";
import { instantsOf, spanOf } from "./domain/limits.ts";
import { chooseHost, type Candidate, type Decision } from "./domain/round-robin.ts";
import type { Tx } from "./store/index.ts";
import { insertAssignment, readMinutes, readNumbers } from "./store/round-robin.ts";
import { tryTime } from "./store/taking.ts";

/** A choice that is being made; its round has been opened. */
export interface Choosing {
  readonly tx: Tx;
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly free: FreeCalendars;
  readonly startMs: number;
  readonly round: bigint;
  readonly now: Date;
}

/**
 * Chooses one of the free hosts and takes the time of what `make` makes of it. A host whose time somebody else was quicker
 * to take counts as one that is not free, and the next is chosen. Throws SLOT_TAKEN where none is left.
 */
export async function chooseAndTake(choosing: Choosing, make: (placed: Placed) => Changed): Promise<Changed> {
  const { tx, organizationId, type, free, round, now } = choosing;
  let candidates = await candidatesOf(choosing);
  for (;;) {
    const decision = chooseHost(type.fields.strategy, candidates);
    if (decision === null) {
      throw slotTaken();
    }
    const changed = make(placedOn(hostsChosen(type, decision), free));
    const { id: bookingId, version } = changed.booking;
    if (await tryTime(tx, organizationId, bookingId, allocationsOf(changed.booking))) {
      const key = { organizationId, appointmentTypeId: type.id };
      await insertAssignment(tx, key, { ...decision, bookingId, version, round, assignedAt: now });
      return changed;
    }
    candidates = candidates.map((one) => (one.calendarId === decision.chosen ? { ...one, free: false } : one));
  }
}

/** Hosts with the members of those that are bundles. */
export function placedOn(
  hosts: readonly Host[],
  { bundleMembers }: FreeCalendars,
): Required<Pick<Placed, "hosts" | "bundleMemberIds">> {
  const own = new Set(hosts.map(({ calendarId }) => calendarId));
  const members = hosts.flatMap(({ calendarId }) => bundleMembers.get(calendarId) ?? []);
  return { hosts, bundleMemberIds: [...new Set(members)].filter((id) => !own.has(id)) };
}

function hostsChosen({ fields }: AppointmentType, { chosen }: Decision): Host[] {
  return fields.hosts.filter(({ calendarId }) => calendarId === chosen);
}

async function candidatesOf({ tx, organizationId, type, free, startMs }: Choosing): Promise<Candidate[]> {
  const { hosts, strategy, timeZone } = type.fields;
  const numbers = await readNumbers(tx, { organizationId, appointmentTypeId: type.id });
  const week = instantsOf(spanOf("week", limitDayOf(type.fields, startMs)), timeZone);
  const calendarIds = hosts.map(({ calendarId }) => calendarId);
  const minutes: ReadonlyMap<string, number> =
    strategy === "load" ? await readMinutes(tx, organizationId, calendarIds, week) : new Map();
  return hosts.map(({ calendarId, weight, priority }) => ({
    calendarId,
    weight,
    priority,
    free: free.calendarIds.includes(calendarId),
    ...(numbers.get(calendarId) ?? { balance: 0, lastRound: 0 }),
    weekMinutes: minutes.get(calendarId) ?? 0,
  }));
}
