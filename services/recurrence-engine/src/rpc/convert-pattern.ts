import { durationMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { SeriesPattern } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { readPattern, type Pattern } from "../domain/pattern.ts";
import { fromRuleMessage } from "./convert-rule.ts";
import { orInvalid } from "./refusal.ts";

/** A pattern from a message that has passed validation. Throws "invalid" naming the part or field at fault. */
export function fromPatternMessage(message: SeriesPattern | undefined): Pattern {
  const pattern = must(message, "pattern");
  return orInvalid(
    () =>
      readPattern({
        localStart: pattern.localStart,
        timeZone: pattern.timeZone,
        durationMs: durationMs(must(pattern.duration, "duration")),
        rule: ruleOf(pattern),
        extraLines: pattern.extraLines,
        gap: pattern.gapPolicy === GapPolicy.OMIT ? "omit" : "shift",
        endDate: pattern.endDate,
      }),
    "pattern",
  );
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
