import { create } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
  type SeriesChanged,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import type { Occurrence, Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { DomainError } from "@calends/kit/domain-error";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Compute } from "./compute/compute.ts";
import { occurrenceNow, occurrenceOf, planWindow, type Occurrence as PlannedDate } from "./domain/occurrences.ts";
import type { Changed, Held, SeriesChange } from "./domain/series-types.ts";
import { fitsEvent, planEvent } from "./plan-event.ts";
import { keepChange, keepPlan } from "./planning.ts";
import { toChangeMessage, toOccurrenceMessage, toOccurrenceMessages, toSeriesMessage } from "./rpc/convert-series.ts";
import { findPlan, type Plan } from "./rpc/find-occurrences.ts";
import type { Tx } from "./store/index.ts";
import { isPlanned, readPlannedStarts, writePlanned } from "./store/planned.ts";

/** A fact of a series. */
export interface Fact {
  readonly after: Changed;
  /** Who made the change. */
  readonly actor: string;
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
 * the plan. A change of one date tells of that date alone. Returns what is planned of the series; nothing where the change
 * does not bear on all of it.
 */
export async function tell(telling: Telling, fact: Fact, context: FactContext): Promise<Occurrence[]> {
  const { tx, signal } = telling;
  const { after, actor } = fact;
  const series = toSeriesMessage(after.series);
  await enqueue(tx, SeriesChangedSchema, await changedMessage(series, fact, signal), context);
  const date = await plannedDate(tx, after, context);
  await keepChange(tx, context.organizationId, after);
  if (date !== null) {
    await tellDate(tx, series, { date, isRestored: after.change === "occurrence_restored", actor }, context);
  }
  return bearsOnPlan(after) ? tellPlan(telling, fact, series, context) : [];
}

async function tellPlan(
  telling: Telling,
  { after, actor, replacesConfirmed = false }: Fact,
  series: Series,
  context: FactContext,
): Promise<Occurrence[]> {
  const { tx, signal } = telling;
  const plan = await planAfter(telling, after, context);
  if (plan === null) {
    return [];
  }
  const occurrences = await toOccurrenceMessages(series.id, plan.occurrences, signal);
  const toTell = { ...plan, replaces: isAnotherPattern(after), replacesConfirmed, actor };
  const told = await planEvent(series, toTell, occurrences);
  await keepPlan(tx, context, after, told);
  await enqueue(tx, OccurrencesPlannedSchema, told.message, context);
  return after.series.status === "active" ? occurrences : [];
}

/**
 * The date that a change is about, as it is to be planned: where that is inside the horizon of an active series, and
 * wherever it is now when it has been planned before. Null where it is not to take place, or the change is about more.
 */
async function plannedDate(tx: Tx, after: Changed, { organizationId, at }: FactContext): Promise<PlannedDate | null> {
  const { series, recurrenceId } = after;
  if (recurrenceId === null || !isOfDate(after)) {
    return null;
  }
  const date = occurrenceNow(after, recurrenceId);
  const window = planWindow(series, at);
  const isInside = window !== null && date.startMs >= window.fromMs && date.startMs < window.toMs;
  const isTold = isInside || (await isPlanned(tx, { organizationId, seriesId: series.id }, recurrenceId));
  return isTold && date.state !== "cancelled" ? date : null;
}

async function tellDate(
  tx: Tx,
  series: Series,
  { date, isRestored, actor }: { readonly date: PlannedDate; readonly isRestored: boolean; readonly actor: string },
  context: FactContext,
): Promise<void> {
  await writePlanned(tx, { organizationId: context.organizationId, seriesId: series.id }, [date]);
  const range = { startTime: timestampFromMs(date.startMs), endTime: timestampFromMs(date.startMs + 1) };
  const message = create(OccurrencesPlannedSchema, {
    series,
    range,
    occurrences: [toOccurrenceMessage(series.id, date)],
    actor,
    ...(isRestored ? { restoredTime: timestampFromDate(context.at) } : {}),
  });
  await enqueue(tx, OccurrencesPlannedSchema, message, context);
}

async function changedMessage(series: Series, { after, actor }: Fact, signal?: AbortSignal): Promise<SeriesChanged> {
  const exceptions = await toOccurrenceMessages(series.id, exceptionsOf(after), signal);
  const message = create(SeriesChangedSchema, { series, change: toChangeMessage(after.change), exceptions, actor });
  if (!(await fitsEvent(SeriesChangedSchema, message, exceptions))) {
    throw new DomainError("exhausted", "INVALID_FIELD", "the exceptions of the series are too much for one event");
  }
  return message;
}

/**
 * What is planned after a change. Where nothing new is, because the series is paused or over, but the pattern is another
 * one, it is told which of the planned dates stay. Those that were moved beyond the horizon stay in any case.
 */
async function planAfter({ tx, compute, signal }: Telling, after: Changed, context: FactContext): Promise<Plan | null> {
  const { at, organizationId } = context;
  const { series } = after;
  if (!isAnotherPattern(after)) {
    return findPlan(compute, after, at, { organizationId, signal });
  }
  const resumed: Held = { ...after, series: { ...series, status: "active" } };
  const plan = (await findPlan(compute, resumed, at, { organizationId, signal })) ?? nothingFrom(at);
  const planned = await readPlannedStarts(tx, { organizationId, seriesId: series.id }, at);
  const isKept = ({ recurrenceId }: PlannedDate) => series.status === "active" || planned.has(recurrenceId);
  const beyond = exceptionsOf(after).filter(
    ({ state, startMs, recurrenceId }) => state === "changed" && startMs >= plan.toMs && planned.has(recurrenceId),
  );
  return { ...plan, occurrences: [...plan.occurrences.filter(isKept), ...beyond] };
}

/** The dates that were changed or cancelled by themselves, as that left them: also of a series that is cancelled. */
function exceptionsOf({ series, exceptions }: Held): PlannedDate[] {
  const standing = { ...series, cancelledAt: null };
  return exceptions.map((exception) => occurrenceOf(standing, exception.recurrenceId, exception));
}

function nothingFrom(now: Date): Plan {
  return { fromMs: now.getTime(), toMs: now.getTime() + 1, occurrences: [] };
}

const ofSeries: ReadonlySet<SeriesChange> = new Set(["created", "updated", "resumed", "extended", "split"]);

function bearsOnPlan({ change }: Changed): boolean {
  return ofSeries.has(change);
}

function isOfDate({ change }: Changed): boolean {
  return change.startsWith("occurrence_");
}

/** Whether dates may be gone that were planned before. */
function isAnotherPattern({ change }: Changed): boolean {
  return change === "updated" || change === "split";
}
