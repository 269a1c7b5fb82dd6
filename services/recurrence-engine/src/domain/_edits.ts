import * as fc from "fast-check";
import { cancelOccurrence, changeOccurrence, restoreOccurrence } from "./exceptions.ts";
import { occurrencesIn, searchOf, type Window } from "./occurrences.ts";
import { compilePattern, readPattern, type Pattern } from "./pattern.ts";
import { createSeries, extendSeries, pauseSeries, resumeSeries, updateSeries } from "./series.ts";
import type { Held } from "./series-types.ts";

export const now = new Date("2026-11-21T08:00:00Z");
export const dayMs = 86_400_000;
export const everything: Window = {
  fromMs: 0,
  toMs: Date.parse("2030-01-01T00:00:00Z"),
  inProgress: false,
  includeCancelled: true,
  limit: 5_000,
};

const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC");
const rule = fc.constantFrom(
  "FREQ=DAILY;COUNT=40",
  "FREQ=WEEKLY;BYDAY=MO,WE,SU;COUNT=60",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;UNTIL=20280101T000000Z",
  "FREQ=MONTHLY;BYDAY=-1SU,2MO;COUNT=30",
  "FREQ=MONTHLY;BYMONTHDAY=31",
);
const hour = fc.constantFrom("02:30:00", "19:00:00", "00:00:00");
export const pattern = fc.record({ zone, rule, hour }).map(patternOf);

export function patternOf({
  zone: timeZone,
  rule: text,
  hour: time,
}: {
  zone: string;
  rule: string;
  hour: string;
}): Pattern {
  const draft = {
    localStart: `2027-01-01T${time}`,
    timeZone,
    durationMs: 5_400_000,
    rule: text,
    endDate: "",
    allDay: false,
  };
  return readPattern({ ...draft, extraLines: "", gap: "shift" });
}

export function seriesOf(of: Pattern): Held {
  const draft = {
    title: "Choir",
    calendarId: null,
    pattern: of,
    maxAdvanceDays: 90,
    externalId: null,
    icalUid: null,
    maxLengthMonths: 0,
    lengthFrom: null,
  };
  return createSeries("first", draft, now);
}

export function startsOf({ series }: Held): number[] {
  return Array.from(compilePattern(series.pattern).between(0, everything.toMs).starts);
}

export function list(held: Held, window: Window = everything) {
  const { fromMs, toMs, limit } = searchOf(held, window);
  const { starts } = compilePattern(held.series.pattern).between(fromMs, toMs, { limit });
  return occurrencesIn(held, Array.from(starts), window);
}

/** One random edit: what it does, on which date, and by how much. */
export const edit = fc.record({
  what: fc.constantFrom("cancel", "change", "restore", "update", "pause", "resume", "extend"),
  which: fc.nat(39),
  byMs: fc.integer({ min: -400, max: 400 }).map((hours) => hours * 3_600_000),
  pattern,
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

export function apply(held: Held, { what, which, byMs, pattern: next }: Edit): Held {
  const dates = startsOf(held);
  const date = dates[which % dates.length] ?? 0;
  switch (what) {
    case "cancel":
      return cancelOccurrence(held, date, "", now);
    case "change":
      return changeOccurrence(held, date, { startMs: date + byMs, title: "", reason: "" }, now);
    case "restore":
      return restoreOccurrence(held, date, now) ?? held;
    case "update":
      return updateSeries(held, { title: "Band", pattern: next }, now);
    case "pause":
      return held.series.status === "active" ? pauseSeries(held, now) : held;
    case "resume":
      return held.series.status === "paused" ? resumeSeries(held, now) : held;
    default:
      return extendSeries(held, "", now);
  }
}
