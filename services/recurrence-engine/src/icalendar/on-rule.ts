import { formatRule, parseRule } from "@calends/recurrence";
import { remainingFrom } from "@calends/recurrence/remaining";
import { isStartOnRule } from "@calends/recurrence/start-on-rule";
import { compilePattern, type Pattern } from "../domain/pattern.ts";

/**
 * The same dates as a pattern whose start is one of them. Others take the start of an event for a date, and the first that
 * COUNT counts, whether its rule has it or not. A start that is a further date has a rule without COUNT beside it, which
 * says the same in every program.
 */
export function withStartOnRule(pattern: Pattern): Pattern {
  const [first] = compilePattern(pattern).first(1);
  if (first === undefined || isStartOnRule(pattern)) {
    return pattern;
  }
  const rest = { ...pattern, ...remainingFrom(pattern, first, { gap: pattern.gap }) };
  return isStartOnRule(rest) ? rest : withoutCount(rest);
}

function withoutCount(pattern: Pattern): Pattern {
  const { count, ...rule } = parseRule(pattern.rule);
  const last = count === undefined ? null : compilePattern({ ...pattern, extraLines: "" }).last();
  return last === null ? pattern : { ...pattern, rule: formatRule({ ...rule, until: { kind: "utc", ms: last } }) };
}
