import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { OccurrenceSettledSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { OccurrenceOutcome } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import { allocationsOf, takesTime } from "../domain/allocations.ts";
import type { Booking, Changed } from "../domain/booking.ts";
import { toldOutcome, type Outcome, type Told } from "../domain/recurring.ts";
import { findOccurrence, updateOccurrence, type OccurrenceKey } from "../store/occurrences.ts";
import type { Tx } from "../store/index.ts";
import { offerAgain } from "../store/series-plan.ts";

const outcomes: Readonly<Record<ReturnType<typeof toldOutcome>, OccurrenceOutcome>> = {
  planned: OccurrenceOutcome.PLANNED,
  booked: OccurrenceOutcome.BOOKED,
  skipped: OccurrenceOutcome.SKIPPED,
  conflict: OccurrenceOutcome.CONFLICT,
  cancelled: OccurrenceOutcome.CANCELLED,
};

/** An outcome as a message. */
export function toOutcomeMessage(outcome: Outcome): OccurrenceOutcome {
  return outcomes[toldOutcome(outcome)];
}

/**
 * Tells what came of a date of a series that has a booking, or a placeholder: whoever changed that, and also where the outcome
 * alone has changed (feature R9).
 */
export async function tellOutcome(tx: Tx, booking: Booking, context: FactContext): Promise<void> {
  const { seriesId, recurrenceId, startsAt, endsAt, hosts, bundleMemberIds } = booking;
  if (seriesId === null || recurrenceId === null) {
    return;
  }
  const key = { organizationId: context.organizationId, seriesId, recurrenceId };
  const { outcome, outcomeReason, toldVersion } = await noteOutcome(tx, key, booking);
  const message = {
    seriesId,
    recurrenceId: timestampFromDate(recurrenceId),
    outcome: toOutcomeMessage(outcome),
    reason: outcomeReason,
    bookingId: booking.id,
    startTime: timestampFromDate(startsAt),
    endTime: timestampFromDate(endsAt),
    version: toldVersion,
    calendarIds: [...new Set([...hosts.map(({ calendarId }) => calendarId), ...bundleMemberIds])],
  };
  await enqueue(tx, OccurrenceSettledSchema, message, context);
}

/** Notes what is told of a date, and that something is. One that is not known any more is told by its booking. */
async function noteOutcome(
  tx: Tx,
  key: OccurrenceKey,
  booking: Booking,
): Promise<Told & { readonly toldVersion: bigint }> {
  const { version } = booking;
  const known = await findOccurrence(tx, key);
  const told = outcomeOf(booking, known);
  if (known === null) {
    return { ...told, toldVersion: version };
  }
  const next = known.toldVersion + 1n;
  const toldVersion = next > version ? next : version;
  await updateOccurrence(tx, key, { ...told, toldVersion });
  return { ...told, toldVersion };
}

/** A booking that ends while its date counts as booked was cancelled by itself: that is noted, so that it stays so. */
function outcomeOf({ status, cancellationReason }: Booking, known: Told | null): Told {
  if (status !== "cancelled") {
    return { outcome: "booked", outcomeReason: "" };
  }
  return known === null || known.outcome === "booked"
    ? { outcome: "withdrawn", outcomeReason: cancellationReason }
    : { outcome: known.outcome, outcomeReason: known.outcomeReason };
}

const dayMs = 86_400_000;

/** Offers dates again for which there was no place, after time has been given back near them (feature "beyond" 5). */
export async function offerTimeAgain(
  tx: Tx,
  { booking, left }: Changed,
  { organizationId, at }: FactContext,
): Promise<void> {
  if (allocationsOf(booking).length === 0 || (takesTime(booking) && left === undefined)) {
    return;
  }
  // A date may be looked for on all of its local day, and there are buffers around a booking.
  const { startsAt, endsAt } = left ?? booking;
  const near = { from: new Date(startsAt.getTime() - 2 * dayMs), to: new Date(endsAt.getTime() + 2 * dayMs) };
  await offerAgain(tx, organizationId, near, at);
}
