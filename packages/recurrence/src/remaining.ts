import { compile, type CompileOptions } from "./compile.ts";
import { formatRule } from "./format-rule.ts";
import { parseRule } from "./parse-rule.ts";
import { contentOf, extraDateOf, toInstant, toWallClock, type LocalPattern } from "./pattern.ts";
import { weekdays, type Rule } from "./rule.ts";
import { isStartOnRule, startOf } from "./start-on-rule.ts";
import { zoneOf } from "@calends/time/zone";

const dayMs = 86_400_000;
/** So many dates are compared: what is not the same shows within a year of the rule's steps. */
const compared = 12;
/** A rule that has its start and nothing else. */
const onlyStart = "FREQ=DAILY;COUNT=1";

/**
 * What a pattern has from one of its dates on, as a pattern that begins there: of COUNT what is left, of the further and
 * excluded dates those from there on. What the rule took from the old start is said where the new one says otherwise.
 * Undefined where no pattern that begins there has those dates, as at a further date between two fortnights.
 */
export function remainingFrom(
  pattern: LocalPattern,
  fromMs: number,
  options: CompileOptions = {},
): LocalPattern | undefined {
  if (fromMs <= startOf(pattern)) {
    return pattern;
  }
  const extraLines = extraLinesFrom(pattern, fromMs);
  const rules = rulesFrom(pattern, fromMs, options);
  for (const localStart of localStartsAt(pattern, fromMs)) {
    for (const rule of rules) {
      const rest = counted({ ...pattern, localStart, extraLines }, rule, options);
      if (areSameDates(pattern, rest, fromMs, options)) {
        return rest;
      }
    }
  }
  return undefined;
}

function extraLinesFrom({ extraLines }: LocalPattern, fromMs: number): string {
  const lines = extraLines.split("\n").filter((line) => line !== "" && extraDateOf(line) >= fromMs);
  return lines.join("\n");
}

/** The rule with the COUNT that is left, as it stands and with all said that it took from the start. */
function rulesFrom(pattern: LocalPattern, fromMs: number, options: CompileOptions): Rule[] {
  const { count, ...rule } = parseRule(pattern.rule);
  if (count === undefined) {
    return [rule, explicit(rule, pattern.localStart)];
  }
  const left = count - countBefore({ ...pattern, rule: formatRule(rule) }, fromMs, options);
  return left > 0
    ? [rule, explicit(rule, pattern.localStart)].map((one) => ({ ...one, count: left }))
    : [parseRule(onlyStart)]; // Only further dates are left, of which this is the first.
}

/** Where the start counts whether the rule has it or not, it takes one of the COUNT. */
function counted(pattern: LocalPattern, rule: Rule, { includeStart = false }: CompileOptions): LocalPattern {
  const rest = { ...pattern, rule: formatRule(rule) };
  return rule.count === undefined || !includeStart || isStartOnRule(rest)
    ? rest
    : { ...rest, rule: formatRule({ ...rule, count: rule.count + 1 }) };
}

/** How many dates of a rule without COUNT come before an instant, further and excluded dates aside. */
function countBefore(pattern: LocalPattern, ms: number, options: CompileOptions): number {
  const until = { kind: "utc", ms: ms - 1000 } as const;
  const past = formatRule({ ...parseRule(pattern.rule), until });
  return compile(contentOf({ ...pattern, rule: past, extraLines: "" }), options).count();
}

/** The wall clocks that stand for an instant: the pattern's own time of day first, which the clock may skip on that day. */
function localStartsAt({ timeZone, localStart }: LocalPattern, ms: number): string[] {
  const local = toWallClock(timeZone, ms);
  const dates = [local - dayMs, local].map((one) => textOf(one).slice(0, 10));
  const skipped = ms + zoneOf(timeZone).offsetAt(ms - dayMs / 4);
  const texts = [...dates.map((date) => `${date}${localStart.slice(10)}`), textOf(local), textOf(skipped)];
  return [...new Set(texts)].filter((text) => toInstant(timeZone, text) === ms);
}

/** A rule that takes no day and no time of day from its start. */
function explicit(rule: Rule, localStart: string): Rule {
  const local = new Date(`${localStart}Z`);
  const orOf = (values: readonly number[], value: number) => (values.length > 0 ? values : [value]);
  const isOfDays = !["HOURLY", "MINUTELY", "SECONDLY"].includes(rule.freq);
  const times = {
    byHour: orOf(rule.byHour, local.getUTCHours()),
    byMinute: orOf(rule.byMinute, local.getUTCMinutes()),
    bySecond: orOf(rule.bySecond, local.getUTCSeconds()),
  };
  return { ...rule, ...(isOfDays ? times : {}), ...explicitDays(rule, local) };
}

function explicitDays({ freq, byDay, byMonthDay, byYearDay, byWeekNo, byMonth }: Rule, local: Date): Partial<Rule> {
  const byWeekday = [{ weekday: weekdays[(local.getUTCDay() + 6) % 7] ?? "MO" }];
  if (byDay.length + byMonthDay.length + byYearDay.length > 0) {
    return {};
  }
  switch (freq) {
    case "WEEKLY":
      return { byDay: byWeekday };
    case "MONTHLY":
      return { byMonthDay: [local.getUTCDate()] };
    case "YEARLY":
      return byWeekNo.length > 0
        ? { byDay: byWeekday }
        : {
            byMonthDay: [local.getUTCDate()],
            byMonth: byMonth.length > 0 ? byMonth : [{ month: local.getUTCMonth() + 1 }],
          };
    default:
      return {};
  }
}

function areSameDates(before: LocalPattern, after: LocalPattern, fromMs: number, options: CompileOptions): boolean {
  const [one, other] = [before, after].map((pattern) => {
    const set = compile(contentOf(pattern), options);
    return Array.from(set.between(fromMs, Number.POSITIVE_INFINITY, { limit: compared }).starts).join();
  });
  return one === other;
}

function textOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19);
}
