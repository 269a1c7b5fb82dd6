import { create } from "@bufbuild/protobuf";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
  type SeriesChanged,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import type { Occurrence, Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { DomainError } from "@calends/kit/domain-error";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Compute } from "./compute/compute.ts";
import { occurrenceOf } from "./domain/occurrences.ts";
import type { Changed, Held } from "./domain/series-types.ts";
import { fitsEvent, planEvent } from "./plan-event.ts";
import { keepChange, keepPlan } from "./planning.ts";
import { toChangeMessage, toOccurrenceMessages, toSeriesMessage } from "./rpc/convert-series.ts";
import { findPlan, type Plan } from "./rpc/find-occurrences.ts";
import type { Tx } from "./store/index.ts";

/** A fact of a series: the change, and the series before it, or null for a new one. */
export interface Fact {
  readonly before: Held | null;
  readonly after: Changed;
  /** Whether dates that the series no longer has are given up also where they have been confirmed. */
  readonly replacesConfirmed?: boolean;
}

/** What telling of a change works with. */
export interface Telling {
  readonly tx: Tx;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
}

/**
 * Tells of a change of a series in its own transaction, and of what is planned where the change bears on that, and keeps
 * the plan. Returns what is planned; nothing where the change does not bear on it.
 */
export async function tell({ tx, compute, signal }: Telling, fact: Fact, context: FactContext): Promise<Occurrence[]> {
  const { before, after } = fact;
  const series = toSeriesMessage(after.series);
  await enqueue(tx, SeriesChangedSchema, await changedMessage(series, after, signal), context);
  await keepChange(tx, context.organizationId, after);
  const plan = bearsOnPlan(after) ? await planAfter(compute, after, context.at, signal) : null;
  if (plan === null) {
    return [];
  }
  const occurrences = await toOccurrenceMessages(series.id, plan.occurrences, signal);
  if (isAffected(plan, before, after)) {
    const replacesConfirmed = fact.replacesConfirmed ?? false;
    const replaces = isAnotherPattern(after);
    const told = await planEvent(series, { ...plan, replaces, replacesConfirmed }, occurrences);
    await keepPlan(tx, context, after, told);
    await enqueue(tx, OccurrencesPlannedSchema, told.message, context);
  }
  return occurrences;
}

async function changedMessage(series: Series, after: Changed, signal?: AbortSignal): Promise<SeriesChanged> {
  const now = after.exceptions.map((exception) => occurrenceOf(after.series, exception.recurrenceId, exception));
  const exceptions = await toOccurrenceMessages(series.id, now, signal);
  const message = create(SeriesChangedSchema, { series, change: toChangeMessage(after.change), exceptions });
  if (!(await fitsEvent(SeriesChangedSchema, message, exceptions))) {
    throw new DomainError("exhausted", "INVALID_FIELD", "the exceptions of the series are too much for one event");
  }
  return message;
}

/** What is planned after a change. Where nothing is and the pattern is another one, that is to be told as well. */
async function planAfter(compute: Compute, after: Changed, now: Date, signal?: AbortSignal): Promise<Plan | null> {
  const plan = await findPlan(compute, after, now, signal);
  const fromMs = now.getTime();
  return plan === null && isAnotherPattern(after) ? { fromMs, toMs: fromMs + 1, occurrences: [] } : plan;
}

function bearsOnPlan({ change }: Changed): boolean {
  return change !== "paused" && change !== "cancelled" && change !== "completed";
}

/** Whether dates may be gone that were planned before. */
function isAnotherPattern({ change }: Changed): boolean {
  return change === "updated" || change === "split";
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
