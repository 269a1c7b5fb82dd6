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
import { readPlannedStarts } from "./store/planned.ts";

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
export async function tell(telling: Telling, fact: Fact, context: FactContext): Promise<Occurrence[]> {
  const { tx, signal } = telling;
  const { before, after } = fact;
  const series = toSeriesMessage(after.series);
  await enqueue(tx, SeriesChangedSchema, await changedMessage(series, after, signal), context);
  await keepChange(tx, context.organizationId, after);
  const plan = bearsOnPlan(after) ? await planAfter(telling, after, context) : null;
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
  return after.series.status === "active" ? occurrences : [];
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

/**
 * What is planned after a change. Where nothing new is, because the series is paused or over, but the pattern is another
 * one, it is told which of the planned dates stay.
 */
async function planAfter({ tx, compute, signal }: Telling, after: Changed, context: FactContext): Promise<Plan | null> {
  const { at, organizationId } = context;
  const { series } = after;
  if (series.status === "active" || !isAnotherPattern(after)) {
    const plan = await findPlan(compute, after, at, signal);
    return plan === null && isAnotherPattern(after) ? nothingFrom(at) : plan;
  }
  const resumed: Held = { ...after, series: { ...series, status: "active" } };
  const plan = (await findPlan(compute, resumed, at, signal)) ?? nothingFrom(at);
  const planned = await readPlannedStarts(tx, { organizationId, seriesId: series.id }, at);
  return { ...plan, occurrences: plan.occurrences.filter(({ recurrenceId }) => planned.has(recurrenceId)) };
}

function nothingFrom(now: Date): Plan {
  return { fromMs: now.getTime(), toMs: now.getTime() + 1, occurrences: [] };
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
