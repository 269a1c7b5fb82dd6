import type { Answer } from "./booking-link.ts";
import { isActive, type Booking, type Person } from "./booking.ts";

/** What becomes of a date that cannot be booked. */
export type ConflictPolicy = "fail" | "placeholder" | "nearest" | "other_host";

/** What the bookings of a series are made by. */
export interface RecurringBooking {
  /** Of its own, or for the continuation of a split series that series' id. */
  readonly id: string;
  readonly seriesId: string | null;
  readonly appointmentTypeId: string;
  readonly booker: Person;
  readonly attendees: readonly Person[];
  readonly answers: readonly Answer[];
  readonly policy: ConflictPolicy;
  readonly nearestWithinMs: number;
  /** The zone of the series: its local days. */
  readonly timeZone: string;
  /** The host of a round-robin type that all dates are with; null until the first is booked, and for other categories. */
  readonly hostCalendarId: string | null;
  readonly madeBy: string;
  /** Nothing of a new one that is to fail as a whole stands until all of it does. */
  readonly state: "new" | "standing" | "refused";
  /** The newest version of the series that has been heard of, and the newest that took the place of plans before it. */
  readonly seriesVersion: bigint;
  readonly planVersion: bigint;
  /** Why the series was cancelled; null while it is not. */
  readonly cancellationReason: string | null;
}

/** What the series wants of a date: that it takes place, or why not. */
export type Wanted = "date" | "skipped" | "cancelled" | "dropped";

/**
 * What came of a date. A dropped one is not in the series' pattern any more, a withdrawn one was cancelled by itself: it
 * stays that until somebody restores it, which makes it a planned one.
 */
export type Outcome = "planned" | "booked" | "conflict" | "skipped" | "cancelled" | "dropped" | "withdrawn";

/** A date of a series. */
export interface SeriesOccurrence {
  readonly seriesId: string;
  readonly recurrenceId: Date;
  /** As the series has it now. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Whether this date was moved or changed by itself. */
  readonly changed: boolean;
  readonly wanted: Wanted;
  /** Why it is not wanted. */
  readonly reason: string;
  /** Whether a confirmed booking follows a change of the pattern. */
  readonly forced: boolean;
  readonly planVersion: bigint;
  /** Whether it was ever planned: a date may be skipped long before that. */
  readonly wasPlanned: boolean;
  /** Who changed what is wanted of it; empty for nobody, and once that is settled. */
  readonly actor: string;
  readonly outcome: Outcome;
  /** Why it does not take place, as it is told; empty where it does. */
  readonly outcomeReason: string;
  /** Grows with all that is told of it; at least the booking's version. */
  readonly toldVersion: bigint;
  /** Why it cannot be booked as it is: a reason of the contract; empty where nothing is in its way. */
  readonly obstacle: string;
  readonly bookingId: string | null;
  /** As the series had it when it was settled last. */
  readonly settledFrom: Date | null;
  readonly settledTo: Date | null;
  readonly settledChanged: boolean;
  /** When there is something to do; null where there is not. */
  readonly settleAt: Date | null;
  readonly tries: number;
}

/** What came of a date, and why it does not take place; the reason is empty where it does. */
export type Told = Pick<SeriesOccurrence, "outcome" | "outcomeReason">;

/** What is to be done for a date; of one that is neither booked nor moved, what comes of it. */
export type Step =
  | { readonly do: "nothing" | "cancel"; readonly told: Told }
  | { readonly do: "book" }
  | { readonly do: "move" };

/** Why a date cannot be booked, on its placeholder. */
export const conflictReason = "Scheduling conflict";

/** Why a date is not in the pattern of its series any more. */
export const changedReason = "Recurring series changed";

/** Decides what is to be done for a date, from what the series wants and what its booking is. */
export function stepFor(occurrence: SeriesOccurrence, booking: Booking | null, now: Date): Step {
  return occurrence.wanted === "date" ? towardsDate(occurrence, booking, now) : awayFrom(occurrence, booking, now);
}

function towardsDate(occurrence: SeriesOccurrence, booking: Booking | null, now: Date): Step {
  if (booking === null) {
    return { do: "book" };
  }
  if (booking.status === "cancelled") {
    // What somebody cancelled by itself stays cancelled; what has begun is past offering.
    return occurrence.outcome === "withdrawn" || occurrence.startsAt <= now
      ? { do: "nothing", told: toldOf(occurrence) }
      : { do: "book" };
  }
  const moves = isAnotherTime(occurrence) && mayMove(occurrence, booking) && booking.startsAt > now;
  return moves ? { do: "move" } : { do: "nothing", told: isBooked };
}

function awayFrom(occurrence: SeriesOccurrence, booking: Booking | null, now: Date): Step {
  const { wanted, forced } = occurrence;
  if (booking === null || booking.status === "cancelled") {
    const stays = booking !== null && hasEnded(occurrence) && wanted !== "skipped";
    return { do: "nothing", told: stays ? toldOf(occurrence) : asWanted(occurrence) };
  }
  if (!isActive(booking)) {
    return { do: "nothing", told: isBooked };
  }
  const stays = wanted === "dropped" && booking.status === "confirmed" && !forced;
  return stays || booking.startsAt <= now
    ? { do: "nothing", told: isBooked }
    : { do: "cancel", told: asWanted(occurrence) };
}

const isBooked: Told = { outcome: "booked", outcomeReason: "" };

function toldOf({ outcome, outcomeReason }: SeriesOccurrence): Told {
  return { outcome, outcomeReason };
}

function asWanted({ wanted, outcome, reason }: SeriesOccurrence): Told {
  return { outcome: wanted === "date" ? outcome : wanted, outcomeReason: reason };
}

/** Whether a date has come to its end before. What the series as a whole does later does not give it another one. */
function hasEnded({ outcome }: SeriesOccurrence): boolean {
  return outcome === "skipped" || outcome === "cancelled" || outcome === "dropped" || outcome === "withdrawn";
}

/** Reasons of the contract which say that there is no room at a time: somebody has it, or enough is booked. */
const takenReasons: ReadonlySet<string> = new Set([
  "SLOT_TAKEN",
  "CALENDAR_BUSY",
  "BUFFER",
  "TRAVEL",
  "DAILY_LIMIT",
  "WEEKLY_LIMIT",
  "MONTHLY_LIMIT",
]);

/** Whether a reason says that a time is taken: then a booking that is to be there gives up the time that it has. */
export function isTaken(reason: string): boolean {
  return takenReasons.has(reason);
}

/** Notes of a date how the series had it while it was settled. */
export function settledAs({ startsAt, endsAt, changed }: SeriesOccurrence) {
  return { settledFrom: startsAt, settledTo: endsAt, settledChanged: changed };
}

function isAnotherTime({ startsAt, endsAt, settledFrom, settledTo }: SeriesOccurrence): boolean {
  return startsAt.getTime() !== settledFrom?.getTime() || endsAt.getTime() !== settledTo?.getTime();
}

/** A confirmed booking follows the change of its own date, and a change of the pattern only where that was asked for. */
function mayMove({ changed, settledChanged, forced }: SeriesOccurrence, { status }: Booking): boolean {
  return status === "pending" || (status === "confirmed" && (changed || settledChanged || forced));
}

/** Pauses before a placeholder is looked at again. The first ones are for what other services are about to hear. */
const pausesMs = [1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 1_800_000, 3_600_000];

/** When a placeholder is looked at again after so many tries; null where its date has begun. */
export function nextTry({ startsAt, tries }: SeriesOccurrence, now: Date): Date | null {
  const pauseMs = pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0;
  const next = new Date(now.getTime() + pauseMs);
  return startsAt <= now ? null : next;
}

/** What is told of an outcome: the dates that are dropped or withdrawn are cancelled ones. */
export function toldOutcome(outcome: Outcome): Exclude<Outcome, "dropped" | "withdrawn"> {
  return outcome === "dropped" || outcome === "withdrawn" ? "cancelled" : outcome;
}
