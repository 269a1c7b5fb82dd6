import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  RecurringBookingService,
  type SeriesBooking,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import {
  OccurrenceOutcome,
  OccurrenceOutcomeSchema,
  OccurrenceState,
  SeriesStatus,
  type Occurrence,
} from "@calends/contracts/calends/recurrence/v1/series_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import type { TestClock } from "@calends/testkit/clock";
import { Code, ConnectError } from "@connectrpc/connect";
import type { TestConstellation } from "./_constellation.ts";
import { minute } from "./_recurring.ts";

const dayMs = 86_400_000;

/** Where series are edited: a line of series, each of which continues the one before it. */
export interface Edited {
  readonly sky: TestConstellation;
  readonly clock: TestClock;
  readonly organizationId: string;
  readonly calendarId: string;
  readonly line: string[];
  readonly blockedIds: string[];
}

/** The dates of a series that begin between two instants, cancelled ones included. */
export async function occurrencesOf(
  { sky, organizationId }: Edited,
  seriesId: string,
  [from = 0, to = 0]: readonly number[],
): Promise<Occurrence[]> {
  const range = { startTime: timestampFromMs(from), endTime: timestampFromMs(to) };
  const series = sky.client(SeriesService, organizationId);
  return (await series.listOccurrences({ seriesId, range, includeCancelled: true })).occurrences;
}

/** The dates of a series at booking; none before booking has heard of it. */
export async function bookingsOf({ sky, organizationId }: Edited, seriesId: string): Promise<SeriesBooking[]> {
  const client = sky.client(RecurringBookingService, organizationId);
  try {
    return (await client.listSeriesBookings({ seriesId, pageSize: 1000 })).dates;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) {
      return [];
    }
    throw error;
  }
}

/** What the engine and booking say of each date, and the dates whose bookings do not follow their series yet. */
export interface Truth {
  readonly engine: readonly string[];
  readonly booking: readonly string[];
  readonly behind: readonly string[];
}

/** Reads the truth of a line of series as both sides tell it. */
export async function truthOf(edited: Edited): Promise<Truth> {
  const all = await Promise.all(edited.line.map((seriesId) => truthOfOne(edited, seriesId)));
  return {
    engine: all.flatMap(({ engine }) => engine),
    booking: all.flatMap(({ booking }) => booking),
    behind: all.flatMap(({ behind }) => behind),
  };
}

async function truthOfOne(edited: Edited, seriesId: string): Promise<Truth> {
  const { sky, clock, organizationId } = edited;
  const client = sky.client(SeriesService, organizationId);
  const now = clock.now().getTime();
  const [{ series }, outcomes, dates, wanted] = await Promise.all([
    client.getSeries({ seriesId }),
    client.listOutcomes({ seriesId, pageSize: 1000 }),
    bookingsOf(edited, seriesId),
    occurrencesOf(edited, seriesId, [now + 1, now + 30 * dayMs]),
  ]);
  const known = new Map(dates.map((date) => [minute(date.recurrenceId), date]));
  const status = must(series, "series").status;
  return {
    engine: outcomes.occurrences.map(({ recurrenceId, outcome, reason, bookingId, startTime }) =>
      told(minute(recurrenceId), outcome, reason, bookingId, bookingId === "" ? "" : minute(startTime)),
    ),
    booking: dates.map(({ recurrenceId, outcome, reason, booking }) => {
      const why = outcome === OccurrenceOutcome.BOOKED ? "" : reason;
      return told(
        minute(recurrenceId),
        outcome,
        why,
        booking?.id ?? "",
        booking === undefined ? "" : minute(booking.startTime),
      );
    }),
    behind: wanted
      .filter((occurrence) => !follows(occurrence, known.get(minute(occurrence.recurrenceId)), status))
      .map(({ recurrenceId }) => minute(recurrenceId)),
  };
}

function told(date: string, outcome: OccurrenceOutcome, reason: string, bookingId: string, start: string): string {
  return [date, nameOf(outcome), reason, bookingId, start].join("|");
}

function nameOf(outcome: OccurrenceOutcome): string {
  return OccurrenceOutcomeSchema.value[outcome]?.localName ?? "";
}

/** Whether what came of a date is what its series says of it, as far as that alone can tell. */
function follows({ state }: Occurrence, date: SeriesBooking | undefined, status: SeriesStatus): boolean {
  const outcome = nameOf(date?.outcome ?? OccurrenceOutcome.UNSPECIFIED);
  if (state === OccurrenceState.CANCELLED) {
    return status === SeriesStatus.CANCELLED
      ? date === undefined || ["SKIPPED", "CANCELLED"].includes(outcome)
      : outcome === "SKIPPED";
  }
  return status === SeriesStatus.ACTIVE ? ["BOOKED", "CONFLICT", "CANCELLED"].includes(outcome) : true;
}
