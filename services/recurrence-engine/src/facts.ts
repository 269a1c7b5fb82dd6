import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import { occurrenceOf } from "./domain/occurrences.ts";
import type { Changed, Held } from "./domain/series.ts";
import { toChangeMessage, toOccurrenceMessage, toOccurrenceMessages, toSeriesMessage } from "./rpc/convert-series.ts";
import { findPlan, type Plan } from "./rpc/find-occurrences.ts";
import type { Tx } from "./store/index.ts";

/** A fact of a series: the change, and the series before it, or null for a new one. */
export interface Fact {
  readonly before: Held | null;
  readonly after: Changed;
}

/**
 * Tells of a change of a series in its own transaction, and of what is planned where the change bears on that. Returns
 * what is planned, null where the change does not bear on it.
 */
export async function tell(tx: Tx, { before, after }: Fact, context: FactContext, signal?: AbortSignal) {
  const series = toSeriesMessage(after.series);
  const exceptions = after.exceptions.map((exception) =>
    toOccurrenceMessage(series.id, occurrenceOf(after.series, exception.recurrenceId, exception)),
  );
  await enqueue(tx, SeriesChangedSchema, { series, change: toChangeMessage(after.change), exceptions }, context);
  const plan = bearsOnPlan(after) ? await findPlan(after, context.at, signal) : null;
  if (plan === null || !isAffected(plan, before, after)) {
    return plan;
  }
  const occurrences = toOccurrenceMessages(series.id, plan.occurrences);
  const range = { startTime: timestampFromMs(plan.fromMs), endTime: timestampFromMs(plan.toMs) };
  await enqueue(tx, OccurrencesPlannedSchema, { series, range, occurrences }, context);
  return plan;
}

function bearsOnPlan({ change }: Changed): boolean {
  return change !== "paused" && change !== "cancelled" && change !== "completed";
}

/** A change of one occurrence bears on the plan where it was or is in its range. */
function isAffected({ fromMs, toMs }: Plan, before: Held | null, after: Changed): boolean {
  const { recurrenceId, change } = after;
  if (recurrenceId === null || change === "split") {
    return true;
  }
  const exceptions = [...(before?.exceptions ?? []), ...after.exceptions];
  const times = exceptions.filter((exception) => exception.recurrenceId === recurrenceId).map(({ startMs }) => startMs);
  return [recurrenceId, ...times].some((ms) => ms >= fromMs && ms < toMs);
}
