import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  BusyChangedSchema,
  CalendarChangedSchema,
} from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Calendar } from "./domain/calendar.ts";
import { spansOf, type Held } from "./domain/time-record.ts";
import { compiledPattern } from "./domain/compiled-patterns.ts";
import { toCalendarMessage } from "./rpc/convert.ts";
import type { Tx } from "./store/index.ts";

const horizonMs = 400 * 86_400_000;
const mostSpans = 1_000;

/** Tells, in the transaction in which it becomes true, that a calendar or when it can be booked is new or changed. */
export async function tellCalendar(tx: Tx, calendar: Calendar, context: FactContext): Promise<void> {
  await enqueue(tx, CalendarChangedSchema, { calendar: toCalendarMessage(calendar) }, context);
}

/** Tells, in the transaction in which it becomes true, when a blocked time blocks; `after` is null where it is gone. */
export async function tellBusy(tx: Tx, before: Held | null, after: Held | null, context: FactContext): Promise<void> {
  const time = after?.time ?? before?.time;
  if (time === undefined || time.kind !== "blocked") {
    return;
  }
  const nowMs = context.at.getTime();
  const message = {
    calendarId: time.calendarId,
    blockedTimeId: time.id,
    version: after === null ? time.version + 1n : time.version,
    deleted: after === null,
    busy: after === null ? [] : busyOf(after, nowMs).map(toRange),
    ...(before === null ? {} : blockedBefore(before, nowMs)),
  };
  await enqueue(tx, BusyChangedSchema, message, context);
}

function busyOf(held: Held, nowMs: number) {
  const { pattern } = held.time;
  const compiled = pattern === null ? null : compiledPattern(pattern);
  return spansOf(held, compiled, [nowMs, nowMs + horizonMs], mostSpans);
}

function blockedBefore(held: Held, nowMs: number) {
  const spans = busyOf(held, nowMs);
  const first = spans[0];
  // Of more than are looked at, the last is not known.
  const endMs = spans.length === mostSpans ? nowMs + horizonMs : Math.max(...spans.map((span) => span.endMs));
  return first === undefined ? {} : { blockedBefore: toRange({ startMs: first.startMs, endMs }) };
}

function toRange({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
  return { startTime: timestampFromMs(startMs), endTime: timestampFromMs(endMs) };
}
