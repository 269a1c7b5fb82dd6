import { zoneOf } from "@calends/time/zone";
import { InvalidRuleError } from "./errors.ts";
import { fromFields } from "./fields.ts";
import { parseRule } from "./parse-rule.ts";
import type { Rule } from "./rule.ts";
import { RRule } from "./rrule-library.ts";
import { everyday, wholeRule } from "./text-phrases.ts";
import { splitEnd, splitTimes, type WordsEnd } from "./text-clauses.ts";

/**
 * Reads English words as a rule, as in "every 2 weeks on Monday and Wednesday at 9:30 pm until March 3, 2027", "daily" or
 * "first Monday of every month". A date that it ends with is the whole day in an IANA zone. Returns rule text without
 * "RRULE:". Throws InvalidRuleError where any of the words is not understood, and UnknownZoneError for a zone that is not
 * known.
 */
export function parseText(text: string, timeZone = "UTC"): string {
  const rule = understood(text, timeZone);
  if (rule === undefined) {
    throw new InvalidRuleError("text", text, "SYNTAX", "the words are not understood");
  }
  return rule;
}

/** Nobody says more at a time. */
const longestText = 512;

function understood(text: string, timeZone: string): string | undefined {
  if (text.length > longestText) {
    return undefined;
  }
  const end = splitEnd(plainWords(text));
  const times = end === undefined ? undefined : splitTimes(end.rest);
  const rule = times === undefined ? undefined : ruleOf(everyday(times.rest));
  if (end === undefined || times === undefined || rule === undefined) {
    return undefined;
  }
  const isClock = rule.freq === "HOURLY" || rule.freq === "MINUTELY";
  return isClock && times.found !== undefined
    ? undefined
    : fromFields({ ...rule, ...times.found, ...fieldsOf(end.found, timeZone) });
}

function ruleOf(text: string): Rule | undefined {
  const sentence = librarySentence(text);
  return sentence === undefined ? wholeRule(text) : parseRule(RRule.fromText(sentence).toString());
}

function fieldsOf(end: WordsEnd, timeZone: string): Partial<Rule> {
  if (end === undefined || "count" in end) {
    return end ?? {};
  }
  return { until: { kind: "utc", ms: zoneOf(timeZone).toUtc(end.lastDayMs + 86_399_000) } };
}

const numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const ordinals = ["first", "second", "third", "fourth", "fifth"];
const suffixes = ["1st", "2nd", "3rd", "4th", "5th"];

/** Lower case, single blanks, numbers as digits. */
function plainWords(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .replace(/ ?\.$/, "")
    .replaceAll(/[a-z]+/g, (word) => {
      const [number, ordinal] = [numbers.indexOf(word), ordinals.indexOf(word)];
      return number >= 0 ? String(number + 1) : (suffixes[ordinal] ?? word);
    })
    .replaceAll(/(st|nd|rd|th)[ -]to[ -]last\b/g, "$1 last")
    .replace(/\b(every|each) (other|2nd) (?!.* of (?:the|every|each) )/, "$1 2 ")
    .replace(/^at (\S+(?: ?[ap]\.?m\b\.?)?) (every .+)$/, "$2 at $1");
}

const and = String.raw`(?:, and |, | and )`;
const weekday =
  "(?:mon?|tues?|tue?|wed?|thu?|thurs?|fri?|sat?|sun?|monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const nth = String.raw`(?:last|[1-9]\d?(?:st|nd|rd|th)(?: last)?)`;
const weekdays = list(`${weekday}s?`);
const months = list(month);
const nthWeekdays = list(`(?:the )?${nth} ${weekday}`);
const days = list(`(?:the )?${nth}(?: day)?`);

/** Sentences that the library reads to their end, by what it is told; "$1" is what stands in brackets. */
const sentences: readonly (readonly [words: RegExp, told: string])[] = [
  [/^every (?:([1-9]\d*) )?(day|week|month|year|hour|minute)s?$/, "every $1 $2"],
  [/^(?:every|on) weekdays?$/, "every weekday"],
  [/^every weekend$/, "every week on saturday, sunday"],
  [/^on weekends$/, "every week on saturday, sunday"],
  [match(`every (${weekdays})`), "every week on $1"],
  [match(String.raw`every (?:([1-9]\d*) )?weeks? on (?:the )?(${weekdays})`), "every $1 week on $2"],
  [/^every (?:([1-9]\d*) )?weeks? on weekdays$/, "every $1 week on weekday"],
  [match(`every (${months})`), "every year on $1"],
  [match(String.raw`every (?:([1-9]\d*) )?(month|year)s? in (${months})`), "every $1 $2 on $3"],
  [match(String.raw`every (?:([1-9]\d*) )?months? on (${days})(?: of the month)?`), "every $1 month on $2"],
  [match(String.raw`every (?:([1-9]\d*) )?months? on (${nthWeekdays})(?: of the month)?`), "every $1 month on $2"],
  [match(String.raw`every (?:([1-9]\d*) )?months? on (${weekdays})`), "every $1 month on $2"],
  [match(String.raw`every (?:([1-9]\d*) )?years? on (${nthWeekdays})(?: of the year)?`), "every $1 year on $2"],
  [
    match(String.raw`every (?:([1-9]\d*) )?years? on (${nthWeekdays}) (?:of|in) (${months})`),
    "every $1 year on $2, $3",
  ],
  [match(String.raw`every (?:([1-9]\d*) )?years? on (${days}) (?:of|in) (${months})`), "every $1 year on $2, $3"],
  [match(String.raw`every (?:([1-9]\d*) )?years? on ([1-9]\d?) (${month})`), "every $1 year on $2th, $3"],
  [
    match(String.raw`every (?:([1-9]\d*) )?years? on (${month}) (?:the )?([1-9]\d?)(?:st|nd|rd|th)?`),
    "every $1 year on $3th, $2",
  ],
  [match(String.raw`every (${month}) (?:on )?(?:the )?([1-9]\d?)(?:st|nd|rd|th)?`), "every year on $2th, $1"],
];

function list(item: string): string {
  return `${item}(?:${and}${item})*`;
}

function match(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

/** What the library is told of a sentence that it reads to its end: it says nothing of words that it leaves out. */
function librarySentence(text: string): string | undefined {
  const sentence = withWeekdays(text);
  for (const [words, told] of sentences) {
    const found = words.exec(sentence);
    if (found !== null) {
      return told
        .replaceAll(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? "")
        .replaceAll(new RegExp(and, "g"), ", ")
        .replaceAll(new RegExp(`\\b(?:${weekday}s?|${month})\\b`, "g"), (name) => name.slice(0, 3))
        .replaceAll(/\bthe /g, "")
        .replaceAll(/ {2,}/g, " ");
    }
  }
  return undefined;
}

/** "the first and third Monday" is the first Monday and the third Monday. */
function withWeekdays(text: string): string {
  const shared = new RegExp(`(${nth})(${and}(?:the )?${nth}) (${weekday})\\b`);
  const written = text.replace(shared, "$1 $3$2 $3");
  return written === text ? text : withWeekdays(written);
}
