import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { OccurrenceState } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { Clock } from "@calends/kit/clock";
import { must } from "@calends/kit/must";
import * as fc from "fast-check";
import type { TestConstellation } from "./_constellation.ts";
import { at, minute, ms } from "./_recurring.ts";

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** Where a series is edited. */
interface Edited {
  readonly sky: TestConstellation;
  readonly clock: Clock;
  readonly organizationId: string;
}

/** A pattern of half hours in UTC from a local start on. */
export const pattern = (local: string, rule = "FREQ=WEEKLY") => ({
  localStart: local,
  timeZone: "UTC",
  duration: durationFromMs(30 * 60_000),
  rruleString: rule,
});
/** Names a series in a new request. */
export const on = (seriesId: string) => ({ requestId: randomUUID(), seriesId });

/** One random edit of a series: what, of which of its dates, and by how much. */
export const edit = fc.record({
  what: fc.constantFrom("skip", "move", "restore", "update", "pause", "resume", "extend", "split"),
  which: fc.nat(3),
  hours: fc.integer({ min: -3, max: 3 }).filter((hours) => hours !== 0),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Edits the series that is the last one of its line; an edit that its status forbids is refused, which is as well. */
export async function applyEdit(
  { sky, clock, organizationId }: Edited,
  seriesId: string,
  { what, which, hours }: Edit,
): Promise<string> {
  const series = sky.client(SeriesService, organizationId);
  const range = { startTime: timestampFromMs(clock.now().getTime()), endTime: at("2027-01-30T00:00:00Z") };
  const { occurrences } = await series.listOccurrences({ seriesId, range, includeCancelled: true });
  // A series that was split at its first date has none.
  const recurrenceId = occurrences[which % occurrences.length]?.recurrenceId ?? at("2026-12-01T10:00:00Z");
  const startTime = timestampFromMs(ms(recurrenceId) + hours * hourMs);
  const local = (days: number) =>
    new Date(ms(recurrenceId) + days * dayMs + hours * 600_000).toISOString().slice(0, 19);
  const calls = {
    skip: () => series.cancelOccurrence({ ...on(seriesId), recurrenceId }),
    move: () => series.changeOccurrence({ ...on(seriesId), recurrenceId, startTime }),
    restore: () => series.restoreOccurrence({ ...on(seriesId), recurrenceId }),
    update: () =>
      series.updateSeries({
        ...on(seriesId),
        title: "Intro",
        pattern: pattern(local(0).replace(/:\d\d:\d\d$/, ":30:00")),
        replaceConfirmed: true,
      }),
    pause: () => series.pauseSeries(on(seriesId)),
    resume: () => series.resumeSeries(on(seriesId)),
    extend: () => series.extendSeries({ ...on(seriesId), endDate: "" }),
    split: () =>
      series.splitSeries({
        ...on(seriesId),
        recurrenceId,
        pattern: pattern(new Date(ms(recurrenceId)).toISOString().slice(0, 19)),
      }),
  };
  return calls[what]().then(
    (answer) => ("continued" in answer ? must(answer.continued, "series").id : seriesId),
    () => seriesId,
  );
}

/** The dates of a line of series that are to take place, and the bookings that stand, as starts. */
export async function compare({ sky, clock, organizationId }: Edited, seriesIds: readonly string[]) {
  const series = sky.client(SeriesService, organizationId);
  const range = {
    startTime: timestampFromMs(clock.now().getTime()),
    endTime: timestampFromMs(clock.now().getTime() + 30 * dayMs),
  };
  const listed = await Promise.all(seriesIds.map((seriesId) => series.listOccurrences({ seriesId, range })));
  const wanted = listed.flatMap(({ occurrences }) =>
    occurrences.filter(({ state }) => state !== OccurrenceState.CANCELLED),
  );
  const recurring = sky.client(RecurringBookingService, organizationId);
  const kept = await Promise.all(seriesIds.map((seriesId) => recurring.listSeriesBookings({ seriesId })));
  const standing = kept.flatMap(({ dates }) =>
    dates.filter(({ booking }) => booking?.allocations.some(({ active }) => active)),
  );
  return {
    wanted: wanted.map(({ startTime }) => minute(startTime)).toSorted(),
    standing: standing.map(({ booking }) => minute(booking?.startTime)).toSorted(),
  };
}
