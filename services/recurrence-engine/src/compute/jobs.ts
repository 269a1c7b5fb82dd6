import { compile } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";
import type { GapPolicy } from "@calends/time/zone";
import {
  isLightCount,
  isLightDraft,
  isLightPattern,
  isLightSeries,
  isLightSet,
  isReadLightly,
} from "../domain/cost.ts";
import { cancelOccurrence, changeOccurrence, restoreOccurrence } from "../domain/exceptions.ts";
import { newPattern, nextPattern } from "../domain/next-pattern.ts";
import {
  cancelSeries,
  completeSeries,
  createSeries,
  extendSeries,
  pauseSeries,
  resumeSeries,
  updateSeries,
} from "../domain/series.ts";
import { splitSeries } from "../domain/split.ts";
import { describeSet } from "../domain/words.ts";
import { isLightCalendar, isLightExport } from "../icalendar/cost.ts";
import { makeImported } from "../icalendar/make.ts";
import { readCalendar } from "../icalendar/read.ts";
import { writeCalendar } from "../icalendar/write.ts";

/** Where starts are looked for, and how many of the first are enough. */
export interface Search {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** The first starts of a set in a window. */
export interface Starts {
  readonly starts: Float64Array;
  readonly truncated: boolean;
  readonly valueType: "DATE" | "DATE-TIME";
}

/**
 * All that works out occurrences, by name, so that another thread can be asked for it. Light work is done where it is
 * asked for.
 */
export const jobs = {
  validate: job((text: string) => void compile(text), isLightSet),
  normalize: job(normalizeSet, isLightSet),
  describe: job(describeSet, isReadLightly),
  next: job((text: string, gap: GapPolicy, ms: number) => compile(text, { gap }).next(ms), isLightSet),
  previous: job((text: string, gap: GapPolicy, ms: number) => compile(text, { gap }).previous(ms), isLightSet),
  count: job((text: string, gap: GapPolicy) => compile(text, { gap }).count(), isLightCount),
  // Light sets are expanded piece by piece instead.
  expand: job(expandSet, () => false),
  newPattern: job(newPattern, isLightDraft),
  nextPattern: job(nextPattern, (before, _id, draft) => isLightPattern(before) && isLightDraft(draft)),
  createSeries: job(createSeries, (_id, { pattern }) => isLightPattern(pattern)),
  updateSeries: job(updateSeries, (held, { pattern }) => isLightSeries(held) && isLightPattern(pattern)),
  pauseSeries: job(pauseSeries, isLightSeries),
  resumeSeries: job(resumeSeries, isLightSeries),
  extendSeries: job(extendSeries, isLightSeries),
  cancelSeries: job(cancelSeries, isLightSeries),
  completeSeries: job(completeSeries, isLightSeries),
  cancelOccurrence: job(cancelOccurrence, isLightSeries),
  changeOccurrence: job(changeOccurrence, isLightSeries),
  restoreOccurrence: job(restoreOccurrence, isLightSeries),
  splitSeries: job(splitSeries, (held, _id, { pattern }) => isLightSeries(held) && isLightPattern(pattern)),
  readCalendar: job(readCalendar, isLightCalendar),
  makeImported: job(
    makeImported,
    (_ids, { pattern }, { following }) => following.length === 0 && isLightPattern(pattern),
  ),
  writeCalendar: job(writeCalendar, isLightExport),
};

/** What each job is given and what it makes of it. */
export type Jobs = typeof jobs;
/** The name of a job. */
export type JobName = keyof Jobs;

type Work = (...args: never[]) => unknown;

/** Work, and whether it is light for its arguments. All of these can be copied between threads. */
interface Job<W extends Work> {
  readonly work: W;
  readonly isLight: (...args: Parameters<W>) => boolean;
}

function job<W extends Work>(work: W, isLight: (...args: Parameters<W>) => boolean): Job<W> {
  return { work, isLight };
}

function expandSet(text: string, gap: GapPolicy, { fromMs, toMs, limit }: Search): Starts {
  const set = compile(text, { gap });
  return { ...set.between(fromMs, toMs, { limit }), valueType: set.valueType };
}
