import { create, type Message } from "@bufbuild/protobuf";
import { durationMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { SlotRules as SlotRulesMessage } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import {
  AvailabilityProfileSchema,
  CalendarSchema,
  type CalendarKind,
  type AvailabilityProfile,
  type Calendar as CalendarMessage,
  type LocalTimeRange as LocalTimeRangeMessage,
} from "@calends/contracts/calends/availability/v1/calendar_pb";
import type { TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { Calendar } from "../domain/calendar.ts";
import type { LocalTimeRange, Profile } from "../domain/profile.ts";
import type { SlotRules } from "../domain/slots.ts";
import type { StoredProfile } from "../store/calendars.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
const maxRangeDays = 400;

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
  });
}

/** A profile as a message. */
export function toProfileMessage(profile: StoredProfile): AvailabilityProfile {
  return create(AvailabilityProfileSchema, {
    calendarId: profile.calendarId,
    timeZone: profile.timeZone,
    version: profile.version,
    weeklyHours: profile.weeklyHours.map(({ weekday, ...hours }) => ({ weekday, hours })),
    dateOverrides: profile.dateOverrides.map(({ date, reason, hours }) => ({ date, reason, hours: [...hours] })),
  });
}

/** A profile from a message that has passed validation. */
export function fromProfileMessage(message: AvailabilityProfile): Profile {
  return {
    timeZone: message.timeZone,
    weeklyHours: message.weeklyHours.map(({ weekday, hours }) => ({ weekday, ...fromHours(hours) })),
    dateOverrides: message.dateOverrides.map(({ date, reason, hours }) => ({
      date,
      reason,
      hours: hours.map(fromHours),
    })),
  };
}

function fromHours(message: LocalTimeRangeMessage | undefined): LocalTimeRange {
  const { startMinute, endMinute } = must(message, "hours");
  return { startMinute, endMinute };
}

/** A range in epoch milliseconds. Throws where it ends before it begins or is longer than 400 days. */
export function fromRange(message: TimeRange | undefined, field = "range"): { fromMs: number; toMs: number } {
  const { startTime, endTime } = must(message, field);
  const fromMs = timestampDate(must(startTime, "start_time")).getTime();
  const toMs = timestampDate(must(endTime, "end_time")).getTime();
  if (fromMs >= toMs) {
    throw invalidField(`${field}.end_time`, "start_time must be before end_time");
  }
  if (toMs - fromMs > maxRangeDays * dayMs) {
    throw invalidField(`${field}.end_time`, `a range is at most ${maxRangeDays} days long`);
  }
  return { fromMs, toMs };
}

/** Slot rules from a message; absent ones get their defaults. Throws where one is not in whole minutes. */
export function fromRules(message: SlotRulesMessage | undefined): SlotRules {
  const rules = must(message, "rules");
  const minutes = (field: keyof Omit<SlotRulesMessage, keyof Message>, name: string, absent: number): number => {
    const value = rules[field];
    const ms = value === undefined ? absent : durationMs(value);
    if (Number.isFinite(ms) && ms % minuteMs !== 0) {
      throw invalidField(`rules.${name}`, "must be in whole minutes");
    }
    return ms;
  };
  const length = minutes("duration", "duration", 0);
  return {
    durationMs: length,
    stepMs: minutes("step", "step", length),
    bufferBeforeMs: minutes("bufferBefore", "buffer_before", 0),
    bufferAfterMs: minutes("bufferAfter", "buffer_after", 0),
    minNoticeMs: minutes("minNotice", "min_notice", 0),
    horizonMs: minutes("horizon", "horizon", Number.POSITIVE_INFINITY),
  };
}
