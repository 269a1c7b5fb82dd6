import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { conflictReason, type RecurringBooking } from "../domain/recurring.ts";
import { slotTaken } from "../domain/errors.ts";
import type { Recurrence } from "../recurrence.ts";
import type { Tx } from "../store/index.ts";
import { deleteOccurrences, listPlannedDates, lockOccurrence } from "../store/occurrences.ts";
import { lockRecurringById, updateRecurring } from "../store/recurring.ts";
import { isSame, Overtaken, patiently, readKnown, type Cause, type Known, type SettleDeps } from "./known.ts";
import { hostOf, onOneHost, type Place } from "./places.ts";
import { onDate } from "./refusal.ts";
import { placesFor } from "./settle.ts";
import { writePlace } from "./write.ts";

/** What settling of a series as a whole works with. */
export interface WholeDeps extends SettleDeps {
  readonly recurrence: Recurrence;
}

interface Chosen {
  readonly known: Known;
  readonly place: Place;
  /** Whom it is with, of a round-robin type: the same host for all dates. */
  readonly hostCalendarId: string | null;
}

/**
 * Books every date of a new series in one transaction, or none: then the series is cancelled, its dates are forgotten and
 * the refusal is thrown, with the date in the metadata. Repeating it is harmless.
 */
export async function settleWhole(
  deps: WholeDeps,
  organizationId: string,
  recurring: RecurringBooking,
  cause: Cause,
): Promise<void> {
  const seriesId = must(recurring.seriesId, "series of the recurring booking");
  if (recurring.state === "refused") {
    throw slotTaken();
  }
  try {
    await patiently(async () => {
      const chosen = await choosePlaces(deps, organizationId, seriesId, cause);
      await deps.store.transaction((tx) => writeAll(deps, tx, { organizationId, recurring, chosen }, cause));
    });
  } catch (error) {
    const isRefusal = error instanceof DomainError && error.kind === "precondition";
    if (!isRefusal || (await giveUpSeries(deps, organizationId, recurring, cause))) {
      throw error;
    }
  }
}

/** The places of all dates; the host of the first one of a round-robin type is that of all. */
async function choosePlaces(
  deps: WholeDeps,
  organizationId: string,
  seriesId: string,
  cause: Cause,
): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for (const recurrenceId of await listPlannedDates(deps.store.db, organizationId, seriesId)) {
    const read = must(await readKnown(deps, { organizationId, seriesId, recurrenceId }), "date");
    const hostCalendarId = chosen[0]?.hostCalendarId ?? read.recurring.hostCalendarId;
    const known = { ...read, recurring: { ...read.recurring, hostCalendarId } };
    const refusals: DomainError[] = [];
    const { value: place } = await placesFor(deps, known, refusals, cause.context).next();
    if (place === undefined) {
      throw onDate(refusals[0] ?? slotTaken(), recurrenceId);
    }
    const isRoundRobin = known.type.fields.category === "round_robin";
    const host = isRoundRobin ? hostOf(await onOneHost(deps, organizationId, place)) : null;
    chosen.push({ known, place, hostCalendarId: host });
  }
  return chosen;
}

async function writeAll(
  deps: WholeDeps,
  tx: Tx,
  {
    organizationId,
    recurring,
    chosen,
  }: { organizationId: string; recurring: RecurringBooking; chosen: readonly Chosen[] },
  cause: Cause,
): Promise<void> {
  const locked = await lockRecurringById(tx, organizationId, recurring.id);
  if (locked.state !== "new") {
    return; // Somebody else has done it.
  }
  for (const { known, place, hostCalendarId } of chosen) {
    const occurrence = await lockOccurrence(tx, known.key);
    if (occurrence === null || !isSame(occurrence, known.occurrence)) {
      throw new Overtaken();
    }
    const { hosts } = await writePlace(deps, tx, known, place, undefined, cause).catch((error: unknown) => {
      throw error instanceof DomainError ? onDate(error, known.key.recurrenceId) : error;
    });
    if (hostCalendarId !== null && hosts[0]?.calendarId !== hostCalendarId) {
      throw new Overtaken(); // It is another host's turn by now: the other dates have been looked for on the wrong one.
    }
  }
  await updateRecurring(tx, organizationId, recurring.id, { state: "standing" });
}

/**
 * Gives a series up, unless somebody else has booked it in the meantime: then what was in the way were its own bookings.
 * False then. The engine is told under the lock: what dies before the commit is done again from the start.
 */
async function giveUpSeries(
  { store, recurrence }: WholeDeps,
  organizationId: string,
  { id, seriesId, madeBy }: RecurringBooking,
  { context }: Cause,
): Promise<boolean> {
  const request = { requestId: id, seriesId: seriesId ?? "", reason: conflictReason };
  return store.transaction(async (tx) => {
    const { state } = await lockRecurringById(tx, organizationId, id);
    if (state === "new") {
      await recurrence.cancel({ organizationId, subject: madeBy, context }, request);
      await updateRecurring(tx, organizationId, id, { state: "refused" });
      await deleteOccurrences(tx, organizationId, seriesId ?? "");
    }
    return state !== "standing";
  });
}
