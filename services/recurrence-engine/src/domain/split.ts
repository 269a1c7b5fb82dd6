import { invalidField } from "@calends/kit/domain-error";
import { carry, placesAfter } from "./carry.ts";
import { noOccurrence } from "./errors.ts";
import { hasDate } from "@calends/recurrence/pattern";
import { compilePattern, cutBefore, type Pattern } from "./pattern.ts";
import { changed, createSeries, refuseUnless } from "./series.ts";
import type { Changed, Held } from "./series-types.ts";

/** How a series goes on. */
export interface Continuation {
  readonly id: string;
  /** Empty keeps the old name. */
  readonly title: string;
  readonly pattern: Pattern;
}

/** Both series of a split. */
export interface Split {
  readonly ended: Changed;
  readonly continued: Changed;
}

/**
 * Ends a series before one of its occurrences and starts another there ("this and following"). The exceptions from there
 * on go along by wall clock: when the new series starts an hour later than the occurrence it is split at, so does each
 * exception's date. Those whose date the new pattern does not have are dropped. A moved occurrence keeps the instant to
 * which it was moved.
 */
export function splitSeries(held: Held, recurrenceId: number, continuation: Continuation, now: Date): Split {
  const { series, exceptions } = held;
  const { id, title, pattern } = continuation;
  if (!hasDate(compilePattern(series.pattern), recurrenceId)) {
    throw noOccurrence();
  }
  refuseUnless(series, ["active", "paused"], "only an active or paused series can be split");
  refuseEarly(series.pattern, recurrenceId, pattern);
  const earlier = exceptions.filter((exception) => exception.recurrenceId < recurrenceId);
  const later = exceptions.filter((exception) => exception.recurrenceId >= recurrenceId);
  const before = { series, exceptions: earlier };
  const ended = changed(before, "split", { pattern: cutBefore(series.pattern, recurrenceId) }, now, recurrenceId);
  const draft = {
    title: title === "" ? series.title : title,
    calendarId: series.calendarId,
    pattern,
    maxAdvanceDays: series.maxAdvanceDays,
    externalId: null,
    icalUid: null,
    maxLengthMonths: series.maxLengthMonths,
    // A split does not start the months anew.
    lengthFrom: series.lengthFrom ?? series.pattern.localStart.slice(0, 10),
  };
  const made = createSeries(id, draft, now, carry(later, pattern, placesAfter(series.pattern, recurrenceId, pattern)));
  const continued = { ...made.series, status: series.status, continuesSeriesId: series.id };
  return { ended, continued: { ...made, series: continued } };
}

/** Throws where the new series would begin before the old one has had its last date. */
function refuseEarly(from: Pattern, recurrenceId: number, to: Pattern): void {
  const last = compilePattern(from).previous(recurrenceId);
  const [first] = compilePattern(to).first(1);
  if (last !== null && first !== undefined && first <= last) {
    const rule = `the new series must begin after ${new Date(last).toISOString()}, the last date of the one that ends`;
    throw invalidField("pattern.local_start", rule);
  }
}
