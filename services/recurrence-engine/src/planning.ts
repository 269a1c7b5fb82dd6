import type { FactContext } from "@calends/messaging/outbox";
import { dayMs } from "./domain/all-day.ts";
import { occurrenceNow, occurrenceOf } from "./domain/occurrences.ts";
import type { Changed, Exception, Series, SeriesChange } from "./domain/series-types.ts";
import type { ToldPlan } from "./plan-event.ts";
import {
  cancelPlanned,
  dropPlanned,
  replan,
  unskip,
  writePlanned,
  writeSkipped,
  type SeriesKey,
} from "./store/planned.ts";
import { writeRoll } from "./store/rolls.ts";
import type { Tx } from "./store/index.ts";

/** So often is looked at what is to be planned further on. */
const rollEveryMs = dayMs;

/**
 * Keeps what a change says of dates by itself: which are skipped, planned again or cancelled, also those that are not
 * generated yet. A series that is not active is not rolled on.
 */
export async function keepChange(tx: Tx, organizationId: string, after: Changed): Promise<void> {
  const { series, change, recurrenceId, exceptions } = after;
  const key: SeriesKey = { organizationId, seriesId: series.id };
  await writeSkipped(tx, key, skipsOf(after));
  if (mayUnskip.has(change)) {
    const skipped = exceptions.filter(({ kind }) => kind === "cancelled");
    await unskip(tx, key, series.updatedAt, skipped);
  }
  if (change === "occurrence_restored" || change === "occurrence_changed") {
    await replan(tx, key, occurrenceNow(after, recurrenceId ?? 0));
  }
  if (series.cancelledAt !== null) {
    await cancelPlanned(tx, key, series.cancelledAt, series.cancellationReason);
  }
  if (series.status !== "active") {
    await writeRoll(tx, key, null);
  }
}

/** After these, a series may have lost exceptions. */
const mayUnskip: ReadonlySet<SeriesChange> = new Set(["updated", "split", "occurrence_restored", "occurrence_changed"]);

/** Keeps what is planned after a change, and until when. */
export async function keepPlan(tx: Tx, context: FactContext, after: Changed, told: ToldPlan): Promise<void> {
  const { organizationId, at } = context;
  const key: SeriesKey = { organizationId, seriesId: after.series.id };
  await writePlanned(tx, key, told.occurrences);
  if (told.message.replaces) {
    await dropPlanned(tx, key, at, told.occurrences);
  }
  if (after.series.status === "active") {
    await writeRoll(tx, key, rollAfter(after.series, told.toMs, at));
  }
}

/** When a series is looked at again that has been planned until an instant; null where nothing is left to plan. */
export function rollAfter({ endsAt, maxAdvanceDays }: Series, toMs: number, now: Date) {
  if (endsAt !== null && toMs >= endsAt.getTime()) {
    return null;
  }
  const isShort = toMs < now.getTime() + maxAdvanceDays * dayMs;
  return { plannedUntil: new Date(toMs), nextRollAt: isShort ? now : new Date(now.getTime() + rollEveryMs) };
}

/** The cancelled date that a change is about, or all that a series with a new pattern has. */
function skipsOf({ change, recurrenceId, exceptions, series }: Changed) {
  const isNews = (exception: Exception) =>
    change === "created" ||
    change === "updated" ||
    (change === "occurrence_cancelled" && exception.recurrenceId === recurrenceId);
  return exceptions
    .filter((exception) => exception.kind === "cancelled" && isNews(exception))
    .map((exception) => occurrenceOf(series, exception.recurrenceId, exception));
}
