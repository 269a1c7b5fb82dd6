import { DomainError } from "@calends/kit/domain-error";
import type { CallContext } from "../availability.ts";
import { cancel, isActive, type Booking } from "../domain/booking.ts";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { typeNotActive } from "../domain/errors.ts";
import {
  conflictReason,
  isTaken,
  nextTry,
  settledAs,
  stepFor,
  type SeriesOccurrence,
  type Step,
  type Told,
} from "../domain/recurring.ts";
import { lockForChange, writeChanged } from "../changing.ts";
import { bookedFields } from "../moving.ts";
import type { Tx } from "../store/index.ts";
import { lockOccurrence, updateOccurrence, type OccurrenceKey } from "../store/occurrences.ts";
import { lockRecurringById } from "../store/recurring.ts";
import { actorOf, isSame, Overtaken, readKnown, type Cause, type Known, type SettleDeps } from "./known.ts";
import { tellOutcome } from "./occurrence-facts.ts";
import { placesOf, type Place, type PlaceDeps } from "./places.ts";
import { writePlace, writePlaceholder } from "./write.ts";

/**
 * Settles one date of a series: books, moves or cancels what the series wants, or puts a placeholder where that cannot be.
 * The one way in which this happens, whether an RPC waits for it or an event brought it; a date that is settled already
 * stays as it is. Throws where nobody can say whether the date is free.
 */
export async function settleOccurrence(deps: SettleDeps, key: OccurrenceKey, cause: Cause): Promise<void> {
  const known = await readKnown(deps, key);
  if (known === null) {
    return;
  }
  const step = stepFor(known.occurrence, known.booking, deps.clock.now());
  if (step.do === "nothing" || step.do === "cancel") {
    await withLocked(deps, known, (tx, booking) => endOrKeep(deps, tx, known, booking, step, cause));
    return;
  }
  const refusals: DomainError[] = [];
  for await (const place of placesFor(deps, known, refusals, cause.context)) {
    if (await tryPlace(deps, known, place, refusals, cause)) {
      return;
    }
  }
  await withLocked(deps, known, (tx, booking, locked) =>
    giveUp(deps, tx, { ...known, booking }, locked, refusals, cause),
  );
}

/** The places of a date, by the rules of its recurring booking. */
export async function* placesFor(
  deps: PlaceDeps,
  { key, recurring, type, occurrence, booking }: Known,
  refusals: DomainError[],
  context: CallContext,
): AsyncGenerator<Place> {
  const moved = booking?.status === "cancelled" ? null : booking;
  if (moved === null && type.status !== "active") {
    refusals.push(typeNotActive());
    return;
  }
  const startMs = occurrence.startsAt.getTime();
  const span = { startMs, durationMs: occurrence.endsAt.getTime() - startMs };
  const { policy, nearestWithinMs, timeZone, hostCalendarId } = recurring;
  const rules = { policy, nearestWithinMs, timeZone, hostCalendarId };
  const asked = moved === null ? { type } : { type: typeToMove(type, moved), moves: moved };
  yield* placesOf(deps, { organizationId: key.organizationId, ...rules, ...asked }, span, refusals, context);
}

/** A meeting that has been agreed on keeps what it was booked with, and what is asked of new ones is not asked of it. */
function typeToMove(type: AppointmentType, booking: Booking): AppointmentType {
  return { ...type, fields: { ...bookedFields(type, booking), minNoticeMs: 0 } };
}

/** Takes a place. False where somebody was quicker, or a limit is reached: the next place is tried. */
async function tryPlace(
  deps: SettleDeps,
  known: Known,
  place: Place,
  refusals: DomainError[],
  cause: Cause,
): Promise<boolean> {
  try {
    await withLocked(deps, known, async (tx, booking) => {
      await writePlace(deps, tx, { ...known, booking }, place, refusals[0], cause);
    });
    return true;
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== "precondition") {
      throw error;
    }
    refusals.push(error);
    return false;
  }
}

/**
 * Runs a step on a date that is as it was read. Locks are taken in the order in which whoever hears of a series, and whoever
 * changes a booking, takes them: what the series is for, where the step may choose its host; the booking; the date.
 */
async function withLocked(
  { store }: SettleDeps,
  { key, occurrence, recurring, type }: Known,
  work: (tx: Tx, booking: Booking | null, locked: SeriesOccurrence) => Promise<void>,
): Promise<void> {
  await store.transaction(async (tx) => {
    if (type.fields.category === "round_robin" && recurring.hostCalendarId === null) {
      await refuseChosen(tx, key.organizationId, recurring.id);
    }
    const { bookingId } = occurrence;
    const booking = bookingId === null ? null : await lockForChange(tx, key.organizationId, bookingId);
    const locked = await lockOccurrence(tx, key);
    if (locked === null || !isSame(locked, occurrence)) {
      throw new Overtaken();
    }
    await work(tx, booking, locked);
  });
}

/** Throws where another date has chosen the host of its series in the meantime. */
async function refuseChosen(tx: Tx, organizationId: string, recurringId: string): Promise<void> {
  const { hostCalendarId } = await lockRecurringById(tx, organizationId, recurringId);
  if (hostCalendarId !== null) {
    throw new Overtaken();
  }
}

async function endOrKeep(
  deps: SettleDeps,
  tx: Tx,
  known: Known,
  booking: Booking | null,
  step: Extract<Step, { readonly told: object }>,
  cause: Cause,
): Promise<void> {
  const { key, occurrence } = known;
  const { organizationId } = key;
  const now = deps.clock.now();
  await updateOccurrence(tx, key, { ...step.told, settleAt: null, actor: "" });
  // It may have been cancelled by itself between being read and being locked.
  if (step.do === "cancel" && booking !== null && isActive(booking)) {
    const changed = cancel(booking, occurrence.reason, now);
    const changing = { deps, tx, organizationId, actor: actorOf(known), trace: cause.trace };
    await writeChanged(changing, booking, changed);
  } else if (booking !== null && isNews(step.told, occurrence)) {
    await tellOutcome(tx, booking, { organizationId, at: now, trace: cause.trace });
  }
}

function isNews(told: Told, before: SeriesOccurrence): boolean {
  return told.outcome !== before.outcome || told.outcomeReason !== before.outcomeReason;
}

/**
 * A date that cannot be booked gets a placeholder, once; a booking that cannot be moved stays, unless somebody has the time
 * that it was to have. Both are looked at again while the date is to come.
 */
async function giveUp(
  deps: SettleDeps,
  tx: Tx,
  known: Known,
  locked: SeriesOccurrence,
  refusals: readonly DomainError[],
  cause: Cause,
): Promise<void> {
  const { key, occurrence, booking } = known;
  // What was in its way may have gone since it was asked about: then it is due already, and stays so.
  const again = isWoken(occurrence, locked) ? locked.settleAt : nextTry(occurrence, deps.clock.now());
  const obstacle = refusals[0]?.reason ?? "";
  const next = { obstacle, settleAt: again, tries: occurrence.tries + 1, actor: "" };
  if (booking !== null && booking.status !== "cancelled" && !isTaken(obstacle)) {
    await updateOccurrence(tx, key, { outcome: "booked", outcomeReason: "", ...next });
    return;
  }
  const conflict = { outcome: "conflict" as const, outcomeReason: conflictReason };
  await updateOccurrence(tx, key, { ...conflict, ...next, ...settledAs(occurrence) });
  // One that was skipped or cancelled before is a placeholder from now on, and that is told.
  if (booking === null || booking.status !== "cancelled" || occurrence.outcome !== "conflict") {
    await writePlaceholder(deps, tx, known, cause);
  }
}

/** Whether a date was made due while it was being settled; whoever claims it puts it off. */
function isWoken({ settleAt: before }: SeriesOccurrence, { settleAt: now }: SeriesOccurrence): boolean {
  return now !== null && (before === null || now < before);
}
