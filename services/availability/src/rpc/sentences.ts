import type { Refusal, RefusalReason } from "../domain/refusals.ts";

type Sentence = string | ((figures: Readonly<Record<string, string>>, recordId: string) => string);

/** What each reason says to people when it refuses. */
const refusing: Readonly<Record<RefusalReason, Sentence>> = {
  SLOT_TAKEN: "the slot is taken",
  CALENDAR_BUSY: "the calendar is busy",
  BUFFER: ({ minutes }) => `the ${minutes} minutes that are kept free around the meeting are not free`,
  TRAVEL: ({ minutes }) => `it takes ${minutes} minutes to travel from or to a meeting elsewhere`,
  HOLIDAY: (_, name) => `no hours begin on a public holiday: ${name}`,
  VACATION: "no hours begin on a day of the calendar owner's vacation",
  BREAK: "it is a break",
  OUTSIDE_HOURS: (_, name) => `the time is outside of the calendar's hours${name === "" ? "" : `: ${name}`}`,
  OUTSIDE_TYPE_HOURS: (_, name) =>
    `the time is outside of the appointment type's hours${name === "" ? "" : `: ${name}`}`,
  OFF_GRID: "the start is not one of the offered starts",
  NOTICE: "the start is too soon",
  HORIZON: "the start is too far away",
  DAILY_LIMIT: ({ limit, zone }) => `the day's limit of ${limit} is reached in ${zone}`,
  WEEKLY_LIMIT: ({ limit, zone }) => `the week's limit of ${limit} is reached in ${zone}`,
  MONTHLY_LIMIT: ({ limit, zone }) => `the month's limit of ${limit} is reached in ${zone}`,
  STALE_CALENDAR: ({ lag_minutes: minutes }) =>
    `the synchronized events of the calendar are ${minutes} minutes old or not complete`,
  HOST_GROUP_SHORT: ({ need, have }) => `${need} calendars are needed and ${have} are free`,
};

/** What each rule says to people where it allows. */
export const allowing: Readonly<Record<RefusalReason, string>> = {
  SLOT_TAKEN: "no booking takes the time",
  CALENDAR_BUSY: "no blocked time and no external event takes the time",
  BUFFER: "the time around the meeting is free",
  TRAVEL: "there is time to travel",
  HOLIDAY: "no public holiday takes the hours",
  VACATION: "no vacation takes the hours",
  BREAK: "no break takes the hours",
  OUTSIDE_HOURS: "the time is inside of the calendar's hours",
  OUTSIDE_TYPE_HOURS: "the time is inside of the appointment type's hours",
  OFF_GRID: "the start is one of the offered starts",
  NOTICE: "the notice is long enough",
  HORIZON: "the start is within the horizon",
  DAILY_LIMIT: "no limit of the day is reached",
  WEEKLY_LIMIT: "no limit of the week is reached",
  MONTHLY_LIMIT: "no limit of the month is reached",
  STALE_CALENDAR: "the synchronized events of the calendar count as up to date",
  HOST_GROUP_SHORT: "enough calendars are free",
};

/** A refusal in a sentence. */
export function sentenceOf({ reason, figures, recordId }: Refusal): string {
  const sentence = refusing[reason];
  return typeof sentence === "string" ? sentence : sentence(figures, recordId);
}
