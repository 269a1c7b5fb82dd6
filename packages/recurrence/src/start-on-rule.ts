import { compile } from "./compile.ts";
import { InvalidRuleError } from "./errors.ts";
import { contentOf, extraDateOf, hasDate, toInstant, toWallClock, type LocalPattern } from "./pattern.ts";

/**
 * Throws InvalidRuleError for DTSTART unless the start of a pattern is one of its dates: what a start that its rule does not
 * have means is left open by RFC 5545 section 3.8.5.3. A start that stands among the further dates (RDATE) is one of them.
 * The sentence names the next start that the pattern has.
 */
export function refuseStartOffRule(pattern: LocalPattern): void {
  if (isStartOnRule(pattern) || isStartFurther(pattern)) {
    return;
  }
  const { localStart, timeZone } = pattern;
  const nextMs = compile(contentOf(pattern)).next(startOf(pattern));
  const next = nextMs === null ? "it has no later one" : `the next that it has is ${textOf(timeZone, nextMs)}`;
  throw new InvalidRuleError("DTSTART", localStart, "START_OFF_RULE", `the rule has no date at the start; ${next}`);
}

/** Whether the rule itself has the start of a pattern. Of a start that the clock skips it has the time that is shown instead. */
export function isStartOnRule(pattern: LocalPattern): boolean {
  return hasDate(compile(contentOf({ ...pattern, extraLines: "" })), startOf(pattern));
}

/** Whether one of the further dates of a pattern is its start. */
export function isStartFurther(pattern: LocalPattern): boolean {
  const further = pattern.extraLines.split("\n").filter((line) => line.startsWith("RDATE"));
  return further.some((line) => extraDateOf(line) === startOf(pattern));
}

/** The instant of a pattern's start. */
export function startOf({ timeZone, localStart }: Pick<LocalPattern, "timeZone" | "localStart">): number {
  return toInstant(timeZone, localStart);
}

function textOf(timeZone: string, ms: number): string {
  const local = new Date(toWallClock(timeZone, ms)).toISOString().slice(0, 19);
  return `${local} in ${timeZone} (${new Date(ms).toISOString().slice(0, 19)}Z)`;
}
