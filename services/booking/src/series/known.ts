import type { Trace } from "@calends/kit/trace";
import type { CallContext } from "../availability.ts";
import type { AppointmentType } from "../domain/appointment-type.ts";
import type { Booking } from "../domain/booking.ts";
import type { RecurringBooking, SeriesOccurrence } from "../domain/recurring.ts";
import type { FactDeps } from "../facts.ts";
import { readType } from "../store/appointment-types.ts";
import { readBooking } from "../store/bookings.ts";
import { findOccurrence, type OccurrenceKey } from "../store/occurrences.ts";
import { readRecurring } from "../store/recurring.ts";
import type { PlaceDeps } from "./places.ts";

/** What settling works with. */
export interface SettleDeps extends FactDeps, PlaceDeps {}

/** In which call a date is settled; null for work that nobody waits for. */
export interface Cause {
  readonly context: CallContext;
  readonly trace: Trace | null;
}

/** A date with all that is known of it. */
export interface Known {
  readonly key: OccurrenceKey;
  readonly recurring: RecurringBooking;
  readonly type: AppointmentType;
  readonly occurrence: SeriesOccurrence;
  readonly booking: Booking | null;
}

/** Who settles a date, in the history of its booking: whoever changed the series, else booking by itself. */
export function actorOf({ occurrence: { actor } }: Pick<Known, "occurrence">): string {
  return actor === "" ? "booking" : actor;
}

/** A date was changed between being looked at and being locked: it is still due, and looked at again. */
export class Overtaken extends Error {}

const mostTries = 5;

/** Does something again, a few times, where what it had looked at was changed in between. */
export async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Overtaken) || tries === mostTries) {
        throw error;
      }
    }
  }
}

/** Reads all that is known of a date; null where it is gone. */
export async function readKnown(
  { store: { db } }: Pick<SettleDeps, "store">,
  key: OccurrenceKey,
): Promise<Known | null> {
  const { organizationId, seriesId } = key;
  const occurrence = await findOccurrence(db, key);
  if (occurrence === null) {
    return null;
  }
  const recurring = await readRecurring(db, organizationId, seriesId);
  const type = await readType(db, organizationId, recurring.appointmentTypeId);
  const { bookingId } = occurrence;
  const booking = bookingId === null ? null : await readBooking(db, organizationId, bookingId);
  return { key, recurring, type, occurrence, booking };
}

/** All but when it is settled, which whoever claims it changes. */
export function isSame(a: SeriesOccurrence, b: SeriesOccurrence): boolean {
  const essence = ({ settleAt: _, tries: _tries, ...rest }: SeriesOccurrence) =>
    JSON.stringify(rest, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return essence(a) === essence(b);
}
