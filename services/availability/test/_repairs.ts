import type { Refusal } from "../src/domain/refusals.ts";
import type { Schedule } from "../src/domain/schedule.ts";
import type { Calendar, Case } from "./_case.ts";
import { holidayName } from "./_engine.ts";

const minuteMs = 60_000;
const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }));
const alwaysOpen: Schedule = {
  timeZone: "UTC",
  weeklyHours: everyDay,
  dateOverrides: [],
  breaks: [],
  vacations: [],
  holidays: null,
};

/** The question as it were without what a refusal of a start names: the record, or the rule that has none. */
export function without(refusal: Refusal, question: Case, startMs: number): Case {
  const { rules } = question;
  switch (refusal.reason) {
    case "SLOT_TAKEN":
    case "CALENDAR_BUSY":
    case "BUFFER":
    case "TRAVEL":
      return ofCalendar(question, refusal, (one) => withoutBusy(one, refusal.recordId));
    case "HOLIDAY":
      return { ...question, holidays: question.holidays.filter((date) => holidayName(date) !== refusal.recordId) };
    case "VACATION":
    case "BREAK":
      return ofCalendar(question, refusal, (one) => withoutClosure(one, refusal.recordId));
    case "STALE_CALENDAR":
      return ofCalendar(question, refusal, (one) => ({ ...one, stale: false }));
    case "OUTSIDE_HOURS":
      return ofCalendar(
        question,
        refusal,
        refusal.recordKind === "" ? opened : (one) => withoutClosure(one, refusal.recordId),
      );
    case "OUTSIDE_TYPE_HOURS":
      return ofType(question, refusal);
    case "OFF_GRID":
      return refusal.calendarId === "" ? onGrid(question, startMs) : ofCalendar(question, refusal, opened);
    case "NOTICE":
      return { ...question, nowMs: Math.min(question.nowMs, startMs), rules: { ...rules, minNoticeMs: 0 } };
    case "HORIZON":
      return { ...question, rules: { ...rules, horizonMs: Number.POSITIVE_INFINITY } };
    case "HOST_GROUP_SHORT":
      throw new Error("nothing is left to be removed");
    default:
      return { ...question, limits: question.limits.filter(({ reason }) => reason !== refusal.reason) };
  }
}

/** The type's hours without the record that is named; without any where none is. */
function ofType(question: Case, { recordKind, recordId }: Refusal): Case {
  const { typeHours } = question;
  if (typeHours === null || recordKind === "") {
    return { ...question, typeHours: null };
  }
  const holidays = recordKind === "holiday" ? null : typeHours.holidays;
  return { ...question, typeHours: { ...withoutRecord(typeHours, recordId), holidays } };
}

function onGrid(question: Case, startMs: number): Case {
  const sessions = question.sessions.filter((session) => session.startMs !== startMs);
  return { ...question, sessions, rules: { ...question.rules, stepMs: minuteMs } };
}

/** Changes a calendar, and its members where it is a bundle. */
function ofCalendar(question: Case, { calendarId }: Refusal, change: (calendar: Calendar) => Calendar): Case {
  const changed = (calendar: Calendar): Calendar => change({ ...calendar, members: calendar.members.map(changed) });
  const groups = question.groups.map((group) => ({
    ...group,
    calendars: group.calendars.map((calendar) => (calendar.id === calendarId ? changed(calendar) : calendar)),
  }));
  return { ...question, groups };
}

function withoutBusy(calendar: Calendar, sourceId: string): Calendar {
  return { ...calendar, busy: calendar.busy.filter((busy) => busy.sourceId !== sourceId) };
}

function withoutClosure(calendar: Calendar, name: string): Calendar {
  const { schedule } = calendar;
  return schedule === null ? calendar : { ...calendar, schedule: withoutRecord(schedule, name) };
}

/** A schedule without the breaks, vacations and overrides of a name. */
function withoutRecord(schedule: Schedule, name: string): Schedule {
  const others = <T extends { readonly reason: string }>(some: readonly T[]) =>
    some.filter(({ reason }) => reason !== name);
  return {
    ...schedule,
    breaks: others(schedule.breaks),
    vacations: others(schedule.vacations),
    dateOverrides: others(schedule.dateOverrides),
  };
}

function opened(calendar: Calendar): Calendar {
  return { ...calendar, openings: null, schedule: alwaysOpen };
}
