import { setImmediate as nextTurn } from "node:timers/promises";
import { create, toBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  type OccurrencesPlanned,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { SeriesSchema, type Occurrence, type Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { must } from "@calends/kit/must";
import type { Occurrence as PlannedOccurrence } from "./domain/occurrences.ts";

/** What is told of a plan. */
export interface ToldPlan {
  readonly message: OccurrencesPlanned;
  /** The occurrences that the event carries. */
  readonly occurrences: readonly PlannedOccurrence[];
  /** Until when the event says what is planned. */
  readonly toMs: number;
}

/** What may be planned, and how that bears on what has been planned before. */
export interface PlanToTell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly occurrences: readonly PlannedOccurrence[];
  readonly replaces: boolean;
  readonly replacesConfirmed: boolean;
  /** Who made the change from which it follows; empty where none did. */
  readonly actor: string;
}

/** What an event may measure: the broker takes 1 MiB, headers included. An event that it refuses would come for ever. */
const maxEventBytes = 1_000_000;

/**
 * As much of a plan as one event can carry: then its range ends where its occurrences do. Dates that were moved beyond the
 * range may come last.
 */
export async function planEvent(series: Series, plan: PlanToTell, messages: readonly Occurrence[]): Promise<ToldPlan> {
  const { fromMs, replaces, replacesConfirmed, actor } = plan;
  for (
    let count = messages.length, toMs = plan.toMs;
    ;
    toMs = Math.min(plan.toMs, endOf(messages[count - 1], fromMs))
  ) {
    const range = { startTime: timestampFromMs(fromMs), endTime: timestampFromMs(toMs) };
    const values = { series, range, occurrences: messages.slice(0, count), replaces, replacesConfirmed, actor };
    const message = create(OccurrencesPlannedSchema, values);
    if (count === 0 || (await fitsEvent(OccurrencesPlannedSchema, message, message.occurrences))) {
      return { message, occurrences: plan.occurrences.slice(0, count), toMs };
    }
    count = Math.floor(count / 2);
  }
}

function endOf(last: Occurrence | undefined, fromMs: number): number {
  return last === undefined ? fromMs + 1 : timestampMs(must(last.startTime, "start_time")) + 1;
}

/** More than an occurrence takes without its texts, and than an event takes beside series and occurrences. */
const [occurrenceBytes, otherBytes] = [128, 1_200];

/** Whether an event is small enough. It is written out to see only where an upper bound does not show it. */
export async function fitsEvent<M extends DescMessage>(
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
