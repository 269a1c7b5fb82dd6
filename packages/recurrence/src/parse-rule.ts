import { checkRule } from "./check-rule.ts";
import { isPrintable } from "./content-lines.ts";
import { InvalidRuleError } from "./errors.ts";
import {
  maxCount,
  maxInterval,
  maxRuleLength,
  weekdays,
  type ByDay,
  type ByMonth,
  type Frequency,
  type Rule,
  type Skip,
  type Until,
  type Weekday,
} from "./rule.ts";
import { parseDateTime } from "./date-time.ts";

const frequencies = new Set<string>(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]);
const skips = new Set<string>(["OMIT", "BACKWARD", "FORWARD"]);
const none: readonly never[] = [];

type Draft = { -readonly [K in keyof Rule]?: Rule[K] };

/**
 * Reads one rule, with or without "RRULE:" before it. Nothing is trimmed: blanks and what is not ASCII are refused. Throws
 * {@link InvalidRuleError}.
 */
export function parseRule(text: string): Rule {
  if (text.length > maxRuleLength) {
    throw new InvalidRuleError("RRULE", text, "TOO_LARGE", `a rule is at most ${maxRuleLength} characters long`);
  }
  if (!isPrintable(text)) {
    throw new InvalidRuleError(
      "RRULE",
      text,
      "SYNTAX",
      "a rule has no blanks, control characters or letters but A to Z",
    );
  }
  const upper = text.toUpperCase();
  const body = upper.startsWith("RRULE:") || upper.startsWith("EXRULE:") ? upper.slice(upper.indexOf(":") + 1) : upper;
  const draft: Draft = {};
  const seen: string[] = [];
  for (const piece of body.split(";")) {
    if (piece === "") {
      continue;
    }
    const equals = piece.indexOf("=");
    const part = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? "" : piece.slice(equals + 1);
    if (seen.includes(part)) {
      throw new InvalidRuleError(part, value, "DUPLICATE_PART", "a part may stand once");
    }
    seen.push(part);
    if (value === "") {
      throw new InvalidRuleError(part, value, "SYNTAX", "a part needs a value");
    }
    readPart(draft, part, value);
  }
  if (draft.freq === undefined) {
    throw new InvalidRuleError("FREQ", body, "MISSING_PART", "a rule needs FREQ");
  }
  const rule: Rule = { ...emptyRule, ...draft, freq: draft.freq };
  checkRule(rule);
  return rule;
}

/** The parts that a rule has without saying so. */
export const emptyRule: Omit<Rule, "freq"> = {
  interval: 1,
  bySecond: none,
  byMinute: none,
  byHour: none,
  byDay: none,
  byMonthDay: none,
  byYearDay: none,
  byWeekNo: none,
  byMonth: none,
  bySetPos: none,
  wkst: "MO",
};

function readPart(draft: Draft, part: string, value: string): void {
  switch (part) {
    case "FREQ":
      draft.freq = oneOf<Frequency>(part, value, frequencies);
      return;
    case "INTERVAL":
      draft.interval = integer(part, value, 1, maxInterval);
      return;
    case "COUNT":
      draft.count = integer(part, value, 1, maxCount);
      return;
    case "UNTIL":
      draft.until = until(value);
      return;
    case "BYSECOND":
      draft.bySecond = list(part, value, (v) => integer(part, v, 0, 60));
      return;
    case "BYMINUTE":
      draft.byMinute = list(part, value, (v) => integer(part, v, 0, 59));
      return;
    case "BYHOUR":
      draft.byHour = list(part, value, (v) => integer(part, v, 0, 23));
      return;
    case "BYDAY":
      draft.byDay = list(part, value, byDay);
      return;
    case "BYMONTHDAY":
      draft.byMonthDay = list(part, value, (v) => signed(part, v, 31));
      return;
    case "BYYEARDAY":
      draft.byYearDay = list(part, value, (v) => signed(part, v, 366));
      return;
    case "BYWEEKNO":
      draft.byWeekNo = list(part, value, (v) => signed(part, v, 53));
      return;
    case "BYMONTH":
      draft.byMonth = list(part, value, byMonth);
      return;
    case "BYSETPOS":
      draft.bySetPos = list(part, value, (v) => signed(part, v, 366));
      return;
    case "WKST":
      draft.wkst = weekday(part, value);
      return;
    case "RSCALE":
      draft.rscale = value;
      return;
    case "SKIP":
      draft.skip = oneOf<Skip>(part, value, skips);
      return;
    default:
      throw new InvalidRuleError(part, value, "UNKNOWN_PART", "there is no such part");
  }
}

function list<T>(part: string, value: string, read: (item: string) => T): T[] {
  const items = value.split(",");
  if (items.includes("")) {
    throw new InvalidRuleError(part, value, "SYNTAX", "a list has no empty items");
  }
  return items.map(read);
}

function oneOf<T extends string>(part: string, value: string, allowed: ReadonlySet<string>): T {
  if (!allowed.has(value)) {
    throw new InvalidRuleError(part, value, "OUT_OF_RANGE", `must be one of ${[...allowed].join(", ")}`);
  }
  return value as T;
}

function integer(part: string, value: string, least: number, most: number): number {
  if (!/^[+-]?\d{1,10}$/.test(value)) {
    throw new InvalidRuleError(part, value, "SYNTAX", "must be a whole number");
  }
  const number = Number(value);
  if (number < least || number > most) {
    throw new InvalidRuleError(part, value, "OUT_OF_RANGE", `must be between ${least} and ${most}`);
  }
  return number;
}

function signed(part: string, value: string, most: number): number {
  const number = integer(part, value, -most, most);
  if (number === 0) {
    throw new InvalidRuleError(part, value, "OUT_OF_RANGE", `must be between 1 and ${most}, or negative, but not 0`);
  }
  return number;
}

function weekday(part: string, value: string): Weekday {
  const found = weekdays.find((day) => day === value);
  if (found === undefined) {
    throw new InvalidRuleError(part, value, "OUT_OF_RANGE", `must be one of ${weekdays.join(", ")}`);
  }
  return found;
}

function byDay(value: string): ByDay {
  const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(value);
  if (match === null) {
    throw new InvalidRuleError("BYDAY", value, "SYNTAX", "must be a weekday, with or without an ordinal");
  }
  const day = weekday("BYDAY", match[2] ?? "");
  return match[1] === undefined ? { weekday: day } : { weekday: day, ordinal: signed("BYDAY", match[1], 53) };
}

function byMonth(value: string): ByMonth {
  const leap = value.endsWith("L");
  const month = integer("BYMONTH", leap ? value.slice(0, -1) : value, 1, 13);
  return leap ? { month, leap } : { month };
}

function until(value: string): Until {
  const parsed = parseDateTime(value);
  if (parsed === undefined) {
    throw new InvalidRuleError("UNTIL", value, "SYNTAX", "must be a date or a date and time");
  }
  return parsed;
}
