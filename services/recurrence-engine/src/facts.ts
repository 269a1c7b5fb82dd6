import { setImmediate as nextTurn } from "node:timers/promises";
import { create, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
  type OccurrencesPlanned,
  type SeriesChanged,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { SeriesSchema, type Occurrence, type Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { DomainError } from "@calends/kit/domain-error";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Compute } from "./compute/compute.ts";
import { occurrenceOf } from "./domain/occurrences.ts";
import type { Changed, Held } from "./domain/series-types.ts";
import { toChangeMessage, toOccurrenceMessages, toSeriesMessage } from "./rpc/convert-series.ts";
import { findPlan, type Plan } from "./rpc/find-occurrences.ts";
import type { Tx } from "./store/index.ts";

/** A fact of a series: the change, and the series before it, or null for a new one. */
export interface Fact {
  readonly before: Held | null;
  readonly after: Changed;
}

/** What telling of a change works with. */
export interface Telling {
  readonly tx: Tx;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
}

/** What an event may measure: the broker takes 1 MiB, headers included. An event that it refuses would come for ever. */
const maxEventBytes = 1_000_000;

/**
 * Tells of a change of a series in its own transaction, and of what is planned where the change bears on that. Returns
 * what is planned; nothing where the change does not bear on it.
 */
export async function tell(
  { tx, compute, signal }: Telling,
  { before, after }: Fact,
  context: FactContext,
): Promise<Occurrence[]> {
  const series = toSeriesMessage(after.series);
  await enqueue(tx, SeriesChangedSchema, await changedMessage(series, after, signal), context);
  const plan = bearsOnPlan(after) ? await findPlan(compute, after, context.at, signal) : null;
  if (plan === null) {
    return [];
  }
  const occurrences = await toOccurrenceMessages(series.id, plan.occurrences, signal);
  if (isAffected(plan, before, after)) {
    await enqueue(tx, OccurrencesPlannedSchema, await plannedMessage(series, plan, occurrences), context);
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

/** As much of a plan as one event can carry; its range ends where its occurrences do. */
async function plannedMessage(series: Series, { fromMs, toMs }: Plan, all: Occurrence[]): Promise<OccurrencesPlanned> {
  for (let occurrences = all, endMs = toMs; ;) {
    const range = { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(endMs) };
    const message = create(OccurrencesPlannedSchema, { series, range, occurrences });
    if (occurrences.length === 0 || (await fitsEvent(OccurrencesPlannedSchema, message, occurrences))) {
      return message;
    }
    occurrences = occurrences.slice(0, Math.floor(occurrences.length / 2));
    const last = occurrences.at(-1)?.startTime;
    endMs = last === undefined ? fromMs + 1 : timestampMs(last) + 1;
  }
}

/** More than an occurrence takes without its texts, and than an event takes beside series and occurrences. */
const [occurrenceBytes, otherBytes] = [128, 64];

/** Whether an event is small enough. It is written out to see only where an upper bound does not show it. */
async function fitsEvent<M extends DescMessage>(
  schema: M,
  message: MessageShape<M> & { series?: Series | undefined },
  occurrences: readonly Occurrence[],
): Promise<boolean> {
  const texts = occurrences.reduce((sum, { title, reason }) => sum + title.length + reason.length, 0);
  const ofSeries = message.series === undefined ? 0 : toBinary(SeriesSchema, message.series).length;
  if (otherBytes + ofSeries + occurrences.length * occurrenceBytes + 3 * texts <= maxEventBytes) {
    return true;
  }
  await nextTurn();
  const { length } = toBinary(schema, message);
  await nextTurn();
  return length <= maxEventBytes;
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
