import { hasDate, toWallClock } from "@calends/recurrence/pattern";
import { zoneOf } from "@calends/time/zone";
import { nextPattern } from "../domain/next-pattern.ts";
import { compilePattern, type Pattern } from "../domain/pattern.ts";
import { createSeries } from "../domain/series.ts";
import type { Changed, SeriesDraft } from "../domain/series-types.ts";
import { splitSeries, type Split } from "../domain/split.ts";
import type { Following } from "./overrides.ts";
import { refusal } from "./properties.ts";
import type { Imported } from "./read.ts";

/** The series of a calendar, and where it goes on otherwise one after another. */
export interface Made {
  readonly first: Changed;
  readonly splits: readonly Split[];
}

/** Makes the series of a calendar: `ids` has one for it, and one for each that continues it. */
export function makeImported(ids: readonly string[], draft: SeriesDraft, imported: Imported, now: Date): Made {
  const [firstId = "", ...others] = ids;
  const first = createSeries(firstId, draft, now, imported.exceptions, imported.standing);
  const splits: Split[] = [];
  let held = first;
  let shiftMs = 0;
  for (const [index, { recurrenceId, title, pattern: said }] of imported.following.entries()) {
    const { pattern: before } = held.series;
    // Later overrides name the dates that the series had before it went on otherwise.
    const at = hasDate(compilePattern(before), recurrenceId) ? recurrenceId : shifted(before, recurrenceId, shiftMs);
    if (!hasDate(compilePattern(before), at)) {
      throw refusal("RECURRENCE-ID", `the event does not occur at ${new Date(recurrenceId).toISOString()}`);
    }
    const pattern = nextPattern(before, at, said);
    const split = splitSeries(held, at, { id: others[index] ?? "", title, pattern }, now);
    splits.push(split);
    held = split.continued;
    shiftMs = Date.parse(`${pattern.localStart}Z`) - toWallClock(pattern.timeZone, recurrenceId);
  }
  return { first, splits };
}

function shifted({ timeZone }: Pattern, ms: number, byMs: number): number {
  return zoneOf(timeZone).toUtc(toWallClock(timeZone, ms) + byMs);
}

/** How many ids a calendar's series take. */
export function idCount({ following }: { readonly following: readonly Following[] }): number {
  return following.length + 1;
}
