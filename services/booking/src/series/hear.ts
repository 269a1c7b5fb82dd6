import { timestampDate } from "@bufbuild/protobuf/wkt";
import {
  OccurrenceState,
  SeriesStatus,
  type Occurrence,
  type Series,
} from "@calends/contracts/calends/recurrence/v1/series_pb";
import { must } from "@calends/kit/must";
import type { RecurringBooking } from "../domain/recurring.ts";
import type { Tx } from "../store/index.ts";
import { lockRecurring, updateRecurring } from "../store/recurring.ts";
import {
  cancelDates,
  dropOthers,
  keepOvertaken,
  restoreDates,
  skipDates,
  unskipDates,
  wantDates,
  type Heard,
  type PlannedDate,
} from "../store/series-plan.ts";

/** What a series says it plans. */
export interface HeardPlan {
  readonly series: Series;
  readonly occurrences: readonly Occurrence[];
  /** What was planned from then on holds no more, unless it is among the occurrences; null where this adds to it. */
  readonly replacesFrom: Date | null;
  readonly replacesConfirmed: boolean;
  /** When its date was restored; null where none was. */
  readonly restoredAt: Date | null;
  /** Who changed the series; empty where it plans on as time goes by. */
  readonly actor: string;
}

/**
 * Notes what a series plans; each of its dates is settled after that. Plans may come in any order: one that is older than
 * another which took its place wants nothing any more, and of each date the newest counts. Returns whose dates they are; null
 * where the series is none of booking's.
 */
export async function hearPlan(
  tx: Tx,
  organizationId: string,
  { series, occurrences, replacesFrom, replacesConfirmed, restoredAt, actor }: HeardPlan,
  now: Date,
): Promise<RecurringBooking | null> {
  const recurring = await lockRecurring(tx, organizationId, series);
  const { id: seriesId, version } = series;
  if (recurring === null || recurring.state === "refused") {
    return recurring;
  }
  const settleAt = settleTime(recurring, now);
  const heard: Heard = { organizationId, seriesId, version, settleAt, forced: replacesConfirmed, actor };
  const dates = occurrences.map(toDate);
  const { planVersion, cancellationReason } = recurring;
  if (version < planVersion) {
    await keepOvertaken(tx, { ...heard, version: planVersion }, dates, cancellationReason);
    return recurring;
  }
  if (replacesFrom !== null) {
    await dropOthers(tx, heard, replacesFrom, dates);
  }
  await wantDates(tx, heard, dates);
  if (restoredAt !== null) {
    await restoreDates(tx, heard, dates, restoredAt);
  }
  if (replacesFrom !== null || planVersion === 0n) {
    await updateRecurring(tx, organizationId, recurring.id, { planVersion: replacesFrom === null ? 1n : version });
  }
  return recurring;
}

/** Whoever made a series settles its first dates while its caller waits; others do it when nobody has by then. */
const graceMs = 10_000;

function settleTime({ id, seriesId, planVersion }: RecurringBooking, now: Date): Date {
  const isContinuation = id === seriesId;
  return planVersion === 0n && !isContinuation ? new Date(now.getTime() + graceMs) : now;
}

/** Notes what a series says of itself: that it is cancelled, and which dates are skipped. The newest version wins. */
export async function hearSeries(
  tx: Tx,
  organizationId: string,
  series: Series,
  { exceptions, actor }: { readonly exceptions: readonly Occurrence[]; readonly actor: string },
  now: Date,
): Promise<void> {
  const recurring = await lockRecurring(tx, organizationId, series);
  const { id: seriesId, version } = series;
  if (recurring === null || recurring.state === "refused" || version <= recurring.seriesVersion) {
    return;
  }
  const heard: Heard = { organizationId, seriesId, version, settleAt: now, forced: true, actor };
  const changedAt = timestampDate(must(series.updateTime, "update_time"));
  const skipped = exceptions.filter(isSkipped).map(toSkipped);
  await skipDates(tx, heard, skipped);
  await unskipDates(tx, heard, changedAt, skipped);
  if (series.status === SeriesStatus.CANCELLED) {
    const { cancellationReason } = series;
    await cancelDates(tx, heard, changedAt, cancellationReason);
    // Plans that are still on their way hold no more.
    await updateRecurring(tx, organizationId, recurring.id, { planVersion: version, cancellationReason });
  }
  await updateRecurring(tx, organizationId, recurring.id, { seriesVersion: version });
}

function isSkipped({ state }: Occurrence): boolean {
  return state === OccurrenceState.CANCELLED;
}

function toSkipped(occurrence: Occurrence) {
  return { ...toDate(occurrence), reason: occurrence.reason };
}

function toDate({ recurrenceId, startTime, endTime, state }: Occurrence): PlannedDate {
  return {
    recurrenceId: timestampDate(must(recurrenceId, "recurrence_id")),
    startsAt: timestampDate(must(startTime, "start_time")),
    endsAt: timestampDate(must(endTime, "end_time")),
    changed: state === OccurrenceState.CHANGED,
  };
}
