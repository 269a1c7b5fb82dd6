import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { defaultAdvanceDays } from "../domain/series.ts";
import { fromPatternMessage } from "./convert-pattern.ts";
import { toOccurrenceMessages } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { findPlan } from "./find-occurrences.ts";

/** Says what CreateSeries would plan. */
export function previewSeries(deps: Deps): MethodImpl<typeof SeriesService.method.previewSeries> {
  return async ({ pattern, maxAdvanceDays, maxLengthMonths }, context) => {
    const asker = askerOf(context);
    const now = deps.clock.now();
    const draft = {
      title: "",
      calendarId: null,
      pattern: await fromPatternMessage(deps, pattern, asker),
      maxAdvanceDays: maxAdvanceDays || defaultAdvanceDays,
      externalId: null,
      icalUid: null,
      maxLengthMonths,
      lengthFrom: null,
    };
    const made = await deps.compute.run("createSeries", [newId(now.getTime()), draft, now], asker);
    const plan = await findPlan(deps.compute, made, now, asker);
    const occurrences = await toOccurrenceMessages("", plan?.occurrences ?? [], asker.signal);
    return { rruleString: made.series.pattern.rule, occurrences };
  };
}
