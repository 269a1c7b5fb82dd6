import { continuePattern, isSameRule } from "@calends/recurrence/continue-pattern";
import { contentOf, hasDate, readExtraLines, toInstant } from "@calends/recurrence/pattern";
import { refuseStartOffRule } from "@calends/recurrence/start-on-rule";
import { datesAsMidnights } from "./all-day.ts";
import { noOccurrence } from "./errors.ts";
import { compilePattern, normalRule, readPattern, type Pattern, type PatternDraft } from "./pattern.ts";

/** Reads the pattern of a new series. Throws as readPattern, and where the rule does not have the start. */
export function newPattern(draft: PatternDraft): Pattern {
  const pattern = readPattern(draft);
  refuseStartOffRule(pattern);
  return pattern;
}

/**
 * Reads the pattern that takes the place of another one, of all of it or from one of its dates on. An empty rule, or the
 * same as before, goes on: with what is left of COUNT, on the days that the start tells. Throws as readPattern, "not found"
 * for a date that the other pattern does not have, and where the rule does not have the start; a start and a rule that
 * stay as they are are not looked at.
 */
export function nextPattern(before: Pattern, recurrenceId: number | null, draft: PatternDraft): Pattern {
  if (recurrenceId !== null && !hasDate(compilePattern(before), recurrenceId)) {
    throw noOccurrence();
  }
  const fromMs = recurrenceId ?? toInstant(before.timeZone, before.localStart);
  const pattern = readPattern(isSame(before, draft) ? goingOn(before, fromMs, draft) : draft);
  const isKept = (["localStart", "timeZone", "rule"] as const).every((name) => pattern[name] === before[name]);
  if (!isKept) {
    refuseStartOffRule(pattern);
  }
  return pattern;
}

function isSame(before: Pattern, draft: PatternDraft): boolean {
  return draft.rule === "" || isSameRule(normalRule(draft), before.rule);
}

/** Further and excluded dates that are said anew are taken as said. */
function goingOn(before: Pattern, fromMs: number, draft: PatternDraft): PatternDraft {
  const { localStart, timeZone, rule, extraLines } = continuePattern(before, fromMs, draft, { gap: before.gap });
  const isNothingSaid = draft.rule === "" && draft.extraLines === "";
  const areKept = isNothingSaid || normalLines(before, draft) === before.extraLines;
  return { ...draft, localStart, timeZone, rule, extraLines: areKept ? extraLines : draft.extraLines };
}

function normalLines(before: Pattern, { extraLines, allDay }: PatternDraft): string {
  const text = allDay ? datesAsMidnights(extraLines) : extraLines;
  return readExtraLines(contentOf({ ...before, extraLines: "" }), text, before.timeZone);
}
