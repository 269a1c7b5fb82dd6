import { formatRule, parseRule } from "@calends/recurrence";
import { hasDate, toInstant } from "@calends/recurrence/pattern";
import { compilePattern, type Pattern } from "../domain/pattern.ts";

/** A rule that has its start and nothing else. */
export const onlyStart = "FREQ=DAILY;COUNT=1";

/** The pattern with its start as a further date where the rule does not have it. COUNT counts it (RFC 5545 section 3.3.10). */
export function withStart(pattern: Pattern): Pattern {
  const { timeZone, localStart, extraLines } = pattern;
  if (hasDate(compilePattern({ ...pattern, extraLines: "" }), toInstant(timeZone, localStart))) {
    return pattern;
  }
  const rule = parseRule(pattern.rule);
  if (rule.count === 1) {
    return { ...pattern, rule: onlyStart };
  }
  const counted = rule.count === undefined ? rule : { ...rule, count: rule.count - 1 };
  const line = `RDATE;TZID=${timeZone}:${localStart.replaceAll(/[-:]/g, "")}`;
  return { ...pattern, rule: formatRule(counted), extraLines: extraLines === "" ? line : `${extraLines}\n${line}` };
}
