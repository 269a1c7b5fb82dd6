import type { FreeCalendars } from "./availability.ts";
import { limitDayOf, type AppointmentType, type Host } from "./domain/appointment-type.ts";
import type { Changed, Placed } from "./domain/booking.ts";
import { allocationsOf } from "./domain/allocations.ts";
import { slotTaken } from "./domain/errors.ts";
import { instantsOf, spanOf } from "./domain/limits.ts";
import { chooseHost, type Candidate, type Decision } from "./domain/round-robin.ts";
import type { Tx } from "./store/index.ts";
import { readNextNumbers } from "./store/next-numbers.ts";
import { insertAssignment, readMinutes, readNumbers, type HostNumbers } from "./store/round-robin.ts";
import { tryTime } from "./store/taking.ts";

/** Between whom is chosen, and for when. */
export interface ChoiceQuestion {
  readonly tx: Tx;
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly free: FreeCalendars;
  readonly startMs: number;
}

/** A choice that is being made; its round has been opened. */
export interface Choosing extends ChoiceQuestion {
  readonly round: bigint;
  readonly now: Date;
}

/**
 * Chooses one of the free hosts and takes the time of what `make` makes of it. A host whose time somebody else was quicker
 * to take counts as one that is not free, and the next is chosen. Throws SLOT_TAKEN where none is left.
 */
export async function chooseAndTake(choosing: Choosing, make: (placed: Placed) => Changed): Promise<Changed> {
  const { tx, organizationId, type, free, round, now } = choosing;
  let candidates = await candidatesOf(choosing, await readNumbers(tx, { organizationId, appointmentTypeId: type.id }));
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

/** The host that {@link chooseAndTake} would choose now, while nobody is quicker; null where none is free. */
export async function hostToChoose(question: ChoiceQuestion): Promise<Host | null> {
  const { tx, organizationId, type } = question;
  const numbers = await readNextNumbers(tx, { organizationId, appointmentTypeId: type.id });
  const decision = chooseHost(type.fields.strategy, await candidatesOf(question, numbers));
  return decision === null ? null : (hostsChosen(type, decision)[0] ?? null);
}

/** Hosts with the members of those that are bundles, and of each of these the primary one. */
export function placedOn(
  hosts: readonly Host[],
  { bundleMembers }: FreeCalendars,
): Required<Pick<Placed, "hosts" | "bundleMemberIds" | "bundlePrimaryIds">> {
  const own = new Set(hosts.map(({ calendarId }) => calendarId));
  const bundles = hosts.map(({ calendarId }) => bundleMembers.get(calendarId) ?? []);
  const notOwn = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !own.has(id));
  const primaries = bundles.flatMap((memberIds) => memberIds.slice(0, 1));
  return { hosts, bundleMemberIds: notOwn(bundles.flat()), bundlePrimaryIds: notOwn(primaries) };
}

function hostsChosen({ fields }: AppointmentType, { chosen }: Decision): Host[] {
  return fields.hosts.filter(({ calendarId }) => calendarId === chosen);
}

async function candidatesOf(
  { tx, organizationId, type, free, startMs }: ChoiceQuestion,
  numbers: ReadonlyMap<string, HostNumbers>,
): Promise<Candidate[]> {
  const { hosts, strategy, timeZone } = type.fields;
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
