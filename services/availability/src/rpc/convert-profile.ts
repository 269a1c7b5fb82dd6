import { create } from "@bufbuild/protobuf";
import {
  AvailabilityProfileSchema,
  type AvailabilityProfile,
  type LocalTimeRange as LocalTimeRangeMessage,
  type PublicHolidays as PublicHolidaysMessage,
  type Schedule as ScheduleMessage,
} from "@calends/contracts/calends/availability/v1/profile_pb";
import { must } from "@calends/kit/must";
import type { LocalTimeRange, PublicHolidays, Schedule } from "../domain/schedule.ts";
import type { StoredProfile } from "../store/profiles.ts";

/** A profile as a message. */
export function toProfileMessage({ calendarId, version, ...schedule }: StoredProfile): AvailabilityProfile {
  const { timeZone, weeklyHours, dateOverrides, breaks, vacations, holidays } = schedule;
  return create(AvailabilityProfileSchema, {
    calendarId,
    version,
    schedule: {
      timeZone,
      weeklyHours: weeklyHours.map(({ weekday, ...hours }) => ({ weekday, hours })),
      dateOverrides: dateOverrides.map(({ date, reason, hours }) => ({ date, reason, hours: [...hours] })),
      breaks: breaks.map(({ weekday, reason, ...hours }) => ({ weekday, reason, hours })),
      vacations: [...vacations],
      ...(holidays === null ? {} : { holidays }),
    },
  });
}

/** A schedule from a message that has passed validation. */
export function fromSchedule(message: ScheduleMessage): Schedule {
  return {
    timeZone: message.timeZone,
    weeklyHours: message.weeklyHours.map(({ weekday, hours }) => ({ weekday, ...fromHours(hours) })),
    dateOverrides: message.dateOverrides.map(({ date, reason, hours }) => ({
      date,
      reason,
      hours: hours.map(fromHours),
    })),
    breaks: message.breaks.map(({ weekday, reason, hours }) => ({ weekday, reason, ...fromHours(hours) })),
    vacations: message.vacations.map(({ startDate, endDate, reason }) => ({ startDate, endDate, reason })),
    holidays: message.holidays === undefined ? null : fromHolidays(message.holidays),
  };
}

function fromHours(message: LocalTimeRangeMessage | undefined): LocalTimeRange {
  const { startMinute, endMinute } = must(message, "hours");
  return { startMinute, endMinute };
}

function fromHolidays({ country, region, district }: PublicHolidaysMessage): PublicHolidays {
  return { country, region, district };
}
