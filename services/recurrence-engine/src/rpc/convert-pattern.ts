import { durationMs } from "@bufbuild/protobuf/wkt";
import type { SeriesPattern } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { Pattern, PatternDraft } from "../domain/pattern.ts";
import { fromRuleMessage } from "./convert-rule.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** A pattern from a message that has passed validation. Throws "invalid" naming the part or field at fault. */
export function fromPatternMessage(
  { compute }: SetDeps,
  message: SeriesPattern | undefined,
  signal: AbortSignal,
): Promise<Pattern> {
  const pattern = must(message, "pattern");
  return orInvalid(() => compute.run("readPattern", [draftOf(pattern)], signal), "pattern");
}

function draftOf(pattern: SeriesPattern): PatternDraft {
  return {
    localStart: pattern.localStart,
    timeZone: pattern.timeZone,
    durationMs: durationMs(must(pattern.duration, "duration")),
    rule: ruleOf(pattern),
    extraLines: pattern.extraLines,
    gap: gapOf(pattern.gapPolicy),
    endDate: pattern.endDate,
    allDay: pattern.allDay,
  };
}

function ruleOf({ rruleString, recurrenceRule }: SeriesPattern): string {
  if (rruleString !== "" && recurrenceRule !== undefined) {
    throw oneForm("Cannot provide both recurrence_rule and rrule_string");
  }
  if (recurrenceRule !== undefined) {
    return fromRuleMessage(recurrenceRule);
  }
  if (rruleString === "") {
    throw oneForm("One of recurrence_rule and rrule_string is required");
  }
  return rruleString;
}

function oneForm(rule: string): DomainError {
  const violations = [{ field: "pattern.rrule_string", rule }];
  return new DomainError("invalid", "INVALID_RECURRENCE", rule, { violations });
}
