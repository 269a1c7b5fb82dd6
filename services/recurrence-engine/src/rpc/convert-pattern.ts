import { durationMs } from "@bufbuild/protobuf/wkt";
import type { SeriesPattern } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { ruleTextOf } from "@calends/recurrence-contract/rule-form";
import type { Pattern, PatternDraft } from "../domain/pattern.ts";
import type { Asker } from "../compute/pool.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

/** A pattern from a message that has passed validation. Throws "invalid" naming the part or field at fault. */
export function fromPatternMessage(
  { compute }: SetDeps,
  message: SeriesPattern | undefined,
  asker: Asker,
): Promise<Pattern> {
  const pattern = must(message, "pattern");
  return orInvalid(() => compute.run("readPattern", [draftOf(pattern)], asker), "pattern");
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

function ruleOf(pattern: SeriesPattern): string {
  const rule = ruleTextOf(pattern, "pattern");
  if (rule === "") {
    const missing = "One of recurrence_rule and rrule_string is required";
    throw invalidField("pattern.rrule_string", missing, "INVALID_RECURRENCE");
  }
  return rule;
}
