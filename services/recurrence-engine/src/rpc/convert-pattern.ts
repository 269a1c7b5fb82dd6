import { durationMs } from "@bufbuild/protobuf/wkt";
import type { SeriesPattern } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { ruleTextOf } from "@calends/recurrence-contract/rule-form";
import type { Pattern, PatternDraft } from "../domain/pattern.ts";
import type { Series } from "../domain/series-types.ts";
import type { Asker } from "../compute/pool.ts";
import type { SetDeps } from "./deps.ts";
import { orInvalid } from "./refusal.ts";
import { gapOf } from "./window.ts";

const startField = "pattern.local_start";

/** The pattern of a new series, from a message that has passed validation. Throws "invalid" naming the field at fault. */
export function fromPatternMessage(
  { compute }: SetDeps,
  message: SeriesPattern | undefined,
  asker: Asker,
): Promise<Pattern> {
  const work = () => {
    const draft = draftOf(must(message, "pattern"));
    if (draft.rule === "") {
      const missing = "One of recurrence_rule and rrule_string is required";
      throw invalidField("pattern.rrule_string", missing, "INVALID_RECURRENCE");
    }
    return compute.run("newPattern", [draft], asker);
  };
  return orInvalid(work, "pattern", startField);
}

/** The pattern that takes the place of a series' own, all of it or from one of its dates on. Throws as the one above. */
export function fromNextPatternMessage(
  { compute }: SetDeps,
  { series, recurrenceId }: { readonly series: Series; readonly recurrenceId: number | null },
  message: SeriesPattern | undefined,
  asker: Asker,
): Promise<Pattern> {
  const work = () => {
    const draft = draftOf(must(message, "pattern"));
    return compute.run("nextPattern", [series.pattern, recurrenceId, draft], asker);
  };
  return orInvalid(work, "pattern", startField);
}

function draftOf(pattern: SeriesPattern): PatternDraft {
  return {
    localStart: pattern.localStart,
    timeZone: pattern.timeZone,
    durationMs: durationMs(must(pattern.duration, "duration")),
    rule: ruleTextOf(pattern, "pattern"),
    extraLines: pattern.extraLines,
    gap: gapOf(pattern.gapPolicy),
    endDate: pattern.endDate,
    allDay: pattern.allDay,
  };
}
