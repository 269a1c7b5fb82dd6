import { create } from "@bufbuild/protobuf";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  CalendarSchema,
  type Calendar as CalendarMessage,
  type CalendarKind,
} from "@calends/contracts/calends/availability/v1/calendar_pb";
import type { TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { Calendar } from "../domain/calendar.ts";
import type { Span } from "../domain/world.ts";

const dayMs = 86_400_000;

/** A calendar as a message. */
export function toCalendarMessage(calendar: Calendar): CalendarMessage {
  return create(CalendarSchema, {
    id: calendar.id,
    name: calendar.name,
    kind: calendar.kind as CalendarKind,
    timeZone: calendar.timeZone,
    manageAvailableWindows: calendar.manageAvailableWindows,
    externalId: calendar.externalId ?? "",
    version: calendar.version,
    createTime: timestampFromDate(calendar.createdAt),
    updateTime: timestampFromDate(calendar.updatedAt),
    memberIds: [...calendar.memberIds],
    primaryMemberId: calendar.primaryMemberId ?? "",
  });
}

/** A range in epoch milliseconds. Throws where it ends before it begins or is longer than so many days. */
export function fromRange(message: TimeRange | undefined, field = "range", maxDays = 400): Span {
  const { startTime, endTime } = must(message, field);
  const fromMs = timestampDate(must(startTime, "start_time")).getTime();
  const toMs = timestampDate(must(endTime, "end_time")).getTime();
  if (fromMs >= toMs) {
    throw invalidField(`${field}.end_time`, "start_time must be before end_time");
  }
  if (toMs - fromMs > maxDays * dayMs) {
    throw invalidField(`${field}.end_time`, `a range is at most ${maxDays} days long`);
  }
  return { fromMs, toMs };
}
