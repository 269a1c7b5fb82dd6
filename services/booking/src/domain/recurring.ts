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
  /** The newest version of the series that has been heard of, and the newest that planned. */
  readonly seriesVersion: bigint;
  readonly planVersion: bigint;
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
  readonly outcome: Outcome;
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

/** What is to be done for a date. */
export type Step =
  | { readonly do: "nothing"; readonly outcome: Outcome }
  | { readonly do: "cancel"; readonly outcome: Outcome }
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
      ? { do: "nothing", outcome: occurrence.outcome }
      : { do: "book" };
  }
  const moves = isAnotherTime(occurrence) && mayMove(occurrence, booking) && booking.startsAt > now;
  return moves ? { do: "move" } : { do: "nothing", outcome: "booked" };
}

function awayFrom({ wanted, outcome, forced }: SeriesOccurrence, booking: Booking | null, now: Date): Step {
  const ended = wanted === "date" ? outcome : wanted;
  if (booking === null || booking.status === "cancelled") {
    return { do: "nothing", outcome: ended };
  }
  if (!isActive(booking)) {
    return { do: "nothing", outcome: "booked" };
  }
  const stays = wanted === "dropped" && booking.status === "confirmed" && !forced;
  return stays || booking.startsAt <= now ? { do: "nothing", outcome: "booked" } : { do: "cancel", outcome: ended };
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
