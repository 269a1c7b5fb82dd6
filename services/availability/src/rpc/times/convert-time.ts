import { create } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { CalendarTimeSchema, type CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { parseRule } from "@calends/recurrence";
import { toRuleMessage } from "@calends/recurrence-contract/rule-message";
import { plannedEnd, type TimeException, type TimeRecord } from "../../domain/time-record.ts";
import type { StoredTime } from "../../store/time-reads.ts";

/** A record as a message, of which a changed date is one too. */
export function toTimeMessage({ time, exception }: StoredTime): CalendarTime {
  return exception === null ? recordMessage(time) : changedMessage(time, exception);
}

/** A date that is as its master has it. */
export function toPlannedMessage(time: TimeRecord, recurrenceMs: number): CalendarTime {
  return create(CalendarTimeSchema, {
    ...common(time),
    ...dateOf(time, recurrenceMs),
    id: "",
    startTime: timestampFromMs(recurrenceMs),
    endTime: timestampFromMs(plannedEnd(time, recurrenceMs)),
  });
}

function recordMessage(time: TimeRecord): CalendarTime {
  const { pattern } = time;
  const recurrence =
    pattern === null
      ? {}
      : {
          recurrenceRule: toRuleMessage(parseRule(pattern.rule)),
          rruleString: pattern.rule,
          extraLines: pattern.extraLines,
          isRecurring: true,
        };
  return create(CalendarTimeSchema, { ...common(time), ...recurrence, externalId: time.externalId ?? "" });
}

function changedMessage(time: TimeRecord, exception: TimeException): CalendarTime {
  const { id, recurrenceMs, startMs, endMs, reason, version, createdAt, updatedAt } = exception;
  return create(CalendarTimeSchema, {
    ...common({ ...time, id, startMs, endMs, reason, version, createdAt, updatedAt }),
    ...dateOf(time, recurrenceMs),
    isRecurringException: true,
  });
}

function common(time: TimeRecord) {
  return {
    id: time.id,
    calendarId: time.calendarId,
    startTime: timestampFromMs(time.startMs),
    endTime: timestampFromMs(time.endMs),
    reason: time.reason,
    bundleCalendarId: time.bundleCalendarId ?? "",
    bundlePrimaryEventId: time.bundlePrimaryId ?? "",
    timeZone: time.timeZone,
    version: time.version,
    createTime: timestampFromDate(time.createdAt),
    updateTime: timestampFromDate(time.updatedAt),
  };
}

function dateOf({ id, startMs, endMs, reason }: TimeRecord, recurrenceMs: number) {
  return {
    isRecurringInstance: true,
    recurrenceId: timestampFromMs(recurrenceMs),
    master: { id, startTime: timestampFromMs(startMs), endTime: timestampFromMs(endMs), reason },
  };
}
