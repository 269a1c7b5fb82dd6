import { daysInMonth } from "./civil.ts";

/** Times of day: each hour with each minute. */
export interface Times {
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
}

/** What is split off a sentence, and the rest of it; undefined where the words are not understood. */
export type Split<T> = { readonly rest: string; readonly found: T } | undefined;

const and = String.raw`(?:, and | and |, )`;
const time = String.raw`(?:noon|midnight|\d{1,2}(?::\d{2})?(?: ?[ap]\.?m\b\.?)?)`;
const timesClause = new RegExp(` at (${time}(?:${and}(?:at )?${time})*)(?![\\w:])`);

/** Splits off "at 9:30 pm", "at 9 and 17:00"; refuses times that are not each of some hours with each of some minutes. */
export function splitTimes(text: string): Split<Times | undefined> {
  const clause = timesClause.exec(text);
  if (clause === null) {
    return { rest: text, found: undefined };
  }
  const times = (clause[1] ?? "").split(new RegExp(and)).map((item) => readTime(item.replace(/^at /, "")));
  const minutesOf = new Map<number, string>();
  for (const at of times) {
    if (at === undefined) {
      return undefined;
    }
    minutesOf.set(at.hour, `${minutesOf.get(at.hour) ?? ""},${at.minute}`);
  }
  const [minutes = "", ...others] = new Set(minutesOf.values());
  if (others.length > 0) {
    return undefined;
  }
  const byMinute = minutes.slice(1).split(",").map(Number);
  return { rest: text.replace(clause[0], ""), found: { byHour: [...minutesOf.keys()], byMinute } };
}

function readTime(text: string): { readonly hour: number; readonly minute: number } | undefined {
  if (text === "noon" || text === "midnight") {
    return { hour: text === "noon" ? 12 : 0, minute: 0 };
  }
  const [, hours = "", minutes = "0", half] = /^(\d+)(?::(\d+))? ?([ap])?/.exec(text) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  const isHour = half === undefined ? hour <= 23 : hour >= 1 && hour <= 12;
  if (!isHour || minute > 59) {
    return undefined;
  }
  return { hour: half === undefined ? hour : (hour % 12) + (half === "p" ? 12 : 0), minute };
}

/** How a rule ends: after so many, or with a date. */
export type WordsEnd = { readonly count: number } | { readonly lastDayMs: number } | undefined;

/** Splits off "for 10 times", "for 10 occurrences", ", 10 times", ", once", "until March 3, 2027", "until 2027-03-03". */
export function splitEnd(text: string): Split<WordsEnd> {
  const count = /(?: for (\d+) (?:times?|occurrences?)|,? (\d+) times|, (once)| for (\d+))$/.exec(text);
  if (count !== null) {
    const [clause, a, b, once, c] = count;
    return { rest: text.slice(0, -clause.length).replace(/,$/, ""), found: { count: once ? 1 : Number(a ?? b ?? c) } };
  }
  const until = /,? (?:(?:un)?till?|through|ending(?: on)?) (.*\d{4}.*)$/.exec(text);
  if (until === null) {
    return { rest: text, found: undefined };
  }
  const lastDayMs = readDate(until[1] ?? "");
  return lastDayMs === undefined ? undefined : { rest: text.slice(0, until.index), found: { lastDayMs } };
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The midnight of "march 3, 2027", "3 march 2027" or "2027-03-03". */
function readDate(text: string): number | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const named = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text);
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,? (\d{4})$/.exec(text);
  const [year, month, day] =
    iso !== null
      ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
      : named !== null
        ? [Number(named[3]), monthOf(named[1] ?? ""), Number(named[2])]
        : [Number(dayFirst?.[3]), monthOf(dayFirst?.[2] ?? ""), Number(dayFirst?.[1])];
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isDate ? Date.UTC(year, month - 1, day) : undefined;
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3)) + 1;
}
