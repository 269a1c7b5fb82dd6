import { create } from "@bufbuild/protobuf";
import {
  durationFromMs,
  timestampFromDate,
  timestampFromMs,
  timestampMs,
  type Timestamp,
} from "@bufbuild/protobuf/wkt";
import {
  OccurrenceSchema,
  OccurrenceState as StateMessage,
  SeriesChange as ChangeMessage,
  SeriesSchema,
  SeriesStatus as StatusMessage,
  SeriesVersionSchema,
  type Occurrence as OccurrenceMessage,
  type Series as SeriesMessage,
  type SeriesVersion,
} from "@calends/contracts/calends/recurrence/v1/series_pb";
import { GapPolicy } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { must } from "@calends/kit/must";
import { parseRule } from "@calends/recurrence";
import type { Occurrence } from "../domain/occurrences.ts";
import type { Series, SeriesChange, SeriesStatus } from "../domain/series-types.ts";
import type { Version } from "../store/series.ts";
import { toRuleMessage } from "@calends/recurrence-contract/rule-message";
import { mapInTurns } from "@calends/kit/turns";

const statuses: Readonly<Record<SeriesStatus, StatusMessage>> = {
  active: StatusMessage.ACTIVE,
  paused: StatusMessage.PAUSED,
  cancelled: StatusMessage.CANCELLED,
  completed: StatusMessage.COMPLETED,
};

const changes: Readonly<Record<SeriesChange, ChangeMessage>> = {
  created: ChangeMessage.CREATED,
  updated: ChangeMessage.UPDATED,
  paused: ChangeMessage.PAUSED,
  resumed: ChangeMessage.RESUMED,
  extended: ChangeMessage.EXTENDED,
  split: ChangeMessage.SPLIT,
  cancelled: ChangeMessage.CANCELLED,
  completed: ChangeMessage.COMPLETED,
  occurrence_cancelled: ChangeMessage.OCCURRENCE_CANCELLED,
  occurrence_changed: ChangeMessage.OCCURRENCE_CHANGED,
  occurrence_restored: ChangeMessage.OCCURRENCE_RESTORED,
};

const states: Readonly<Record<Occurrence["state"], StateMessage>> = {
  planned: StateMessage.PLANNED,
  changed: StateMessage.CHANGED,
  cancelled: StateMessage.CANCELLED,
};

/** A series as a message. */
export function toSeriesMessage(series: Series): SeriesMessage {
  const { pattern } = series;
  return create(SeriesSchema, {
    id: series.id,
    title: series.title,
    calendarId: series.calendarId ?? "",
    localStart: pattern.localStart,
    timeZone: pattern.timeZone,
    duration: durationFromMs(pattern.durationMs),
    rruleString: pattern.rule,
    recurrenceRule: toRuleMessage(parseRule(pattern.rule)),
    extraLines: pattern.extraLines,
    gapPolicy: pattern.gap === "omit" ? GapPolicy.OMIT : GapPolicy.SHIFT,
    maxAdvanceDays: series.maxAdvanceDays,
    status: statuses[series.status],
    cancellationReason: series.cancellationReason,
    continuesSeriesId: series.continuesSeriesId ?? "",
    externalId: series.externalId ?? "",
    version: series.version,
    createTime: timestampFromDate(series.createdAt),
    updateTime: timestampFromDate(series.updatedAt),
    maxLengthMonths: series.maxLengthMonths,
    allDay: pattern.allDay,
    icalUid: series.icalUid ?? series.id,
  });
}

/** An occurrence as a message. */
export function toOccurrenceMessage(seriesId: string, occurrence: Occurrence): OccurrenceMessage {
  return create(OccurrenceSchema, {
    seriesId,
    recurrenceId: timestampFromMs(occurrence.recurrenceId),
    startTime: timestampFromMs(occurrence.startMs),
    endTime: timestampFromMs(occurrence.endMs),
    state: states[occurrence.state],
    title: occurrence.title,
    reason: occurrence.reason,
  });
}

/** Occurrences as messages, made in turns with others. */
export function toOccurrenceMessages(
  seriesId: string,
  occurrences: readonly Occurrence[],
  signal?: AbortSignal,
): Promise<OccurrenceMessage[]> {
  return mapInTurns(occurrences, (occurrence) => toOccurrenceMessage(seriesId, occurrence), signal);
}

/** What happened, as a message. */
export function toChangeMessage(change: SeriesChange): ChangeMessage {
  return changes[change];
}

/** A change of a series as a message. */
export function toVersionMessage({ version, change, actor, at, recurrenceId, series }: Version): SeriesVersion {
  return create(SeriesVersionSchema, {
    version,
    change: changes[change],
    actor,
    time: timestampFromDate(at),
    ...(recurrenceId === null ? {} : { recurrenceId: timestampFromDate(recurrenceId) }),
    series: toSeriesMessage(series),
  });
}

/** Statuses from a message that has passed validation. */
export function fromStatusMessages(messages: readonly StatusMessage[]): SeriesStatus[] {
  return (Object.keys(statuses) as SeriesStatus[]).filter((status) => messages.includes(statuses[status]));
}

/** The instant that names an occurrence; NaN, which no pattern has, for one between milliseconds. */
export function fromRecurrenceId(message: Timestamp | undefined): number {
  const timestamp = must(message, "recurrence_id");
  return timestamp.nanos % 1_000_000 === 0 ? timestampMs(timestamp) : Number.NaN;
}
