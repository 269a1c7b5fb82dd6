import { create, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
  type OccurrencesPlanned,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import type { Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { DomainError } from "@calends/kit/domain-error";
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

/** What an event may measure: the broker takes 1 MiB, headers included. An event that it refuses would come for ever. */
const maxEventBytes = 1_000_000;

/**
 * Tells of a change of a series in its own transaction, and of what is planned where the change bears on that. Returns
 * what is planned, null where the change does not bear on it.
 */
export async function tell(
  tx: Tx,
  { before, after }: Fact,
  context: FactContext,
  signal?: AbortSignal,
): Promise<Plan | null> {
  const series = toSeriesMessage(after.series);
  const exceptions = after.exceptions.map((exception) =>
    toOccurrenceMessage(series.id, occurrenceOf(after.series, exception.recurrenceId, exception)),
  );
  const changed = create(SeriesChangedSchema, { series, change: toChangeMessage(after.change), exceptions });
  if (sizeOf(SeriesChangedSchema, changed) > maxEventBytes) {
    throw new DomainError("exhausted", "INVALID_FIELD", "the exceptions of the series are too much for one event");
  }
  await enqueue(tx, SeriesChangedSchema, changed, context);
  const plan = bearsOnPlan(after) ? await findPlan(after, context.at, signal) : null;
  if (plan !== null && isAffected(plan, before, after)) {
    await enqueue(tx, OccurrencesPlannedSchema, fittingPlan(series, plan), context);
  }
  return plan;
}

/** As much of a plan as one event can carry; its range ends where its occurrences do. */
function fittingPlan(series: Series, { fromMs, toMs, occurrences }: Plan): OccurrencesPlanned {
  const last = occurrences.at(-1);
  const message = create(OccurrencesPlannedSchema, {
    series,
    range: { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(toMs) },
    occurrences: toOccurrenceMessages(series.id, occurrences),
  });
  if (last === undefined || sizeOf(OccurrencesPlannedSchema, message) <= maxEventBytes) {
    return message;
  }
  const half = occurrences.slice(0, Math.floor(occurrences.length / 2));
  return fittingPlan(series, { fromMs, toMs: (half.at(-1)?.startMs ?? fromMs) + 1, occurrences: half });
}

function sizeOf<M extends DescMessage>(schema: M, message: MessageShape<M>): number {
  return toBinary(schema, message).length;
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
