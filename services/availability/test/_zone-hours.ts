import { createHours } from "../src/domain/hours.ts";
import type { LocalTimeRange } from "../src/domain/schedule.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Working hours by day, late, before dawn and through the night. */
const shifts: readonly LocalTimeRange[] = [
  [9, 17],
  [13, 21],
  [0, 6],
  [22, 30],
].map(([start = 0, end = 0]) => ({ startMinute: start * 60, endMinute: end * 60 }));

/** Zones of the platform's own database. */
export function allZones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/**
 * Compares the hours of every shift on every day from the beginning of one year to that of another with what Intl says a
 * clock on the wall shows. Returns the first difference of each shift in words.
 */
export function zoneDifferences(zone: string, fromYear: number, toYear: number): string[] {
  const first = Date.UTC(fromYear, 0, 1);
  const end = Date.UTC(toYear, 0, 1);
  const instantOf = createOracle(zone);
  return shifts.flatMap((shift) => {
    const found = oursOf(zone, shift, first, end);
    const wanted: string[] = [];
    for (let day = first - 2 * dayMs; day < end + 2 * dayMs; day += dayMs) {
      const startMs = instantOf(day + shift.startMinute * 60_000);
      const endMs = instantOf(day + shift.endMinute * 60_000);
      if (startMs < end && endMs > first) {
        wanted.push(write(startMs, endMs));
      }
    }
    const at = wanted.findIndex((range, index) => range !== found[index]);
    const differs = at >= 0 || found.length !== wanted.length;
    return differs ? [`${zone}: ${found[at] ?? found.length} instead of ${wanted[at] ?? wanted.length}`] : [];
  });
}

function oursOf(timeZone: string, shift: LocalTimeRange, fromMs: number, toMs: number): string[] {
  const weeklyHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...shift }));
  const schedule = { timeZone, weeklyHours, dateOverrides: [], breaks: [], vacations: [], holidays: null };
  const { ranges } = createHours(schedule, () => [])(fromMs, toMs);
  return ranges.map(({ startMs, endMs }) => write(startMs, endMs));
}

function write(startMs: number, endMs: number): string {
  return `${new Date(startMs).toJSON()}/${new Date(endMs).toJSON()}`;
}

/** The first instant at which a zone's clock shows a local time or, where it skips that, the first after the gap. */
function createOracle(timeZone: string): (localMs: number) => number {
  const offsetAt = createOffsets(timeZone);
  return (localMs) => {
    const offsets = [-dayMs, 0, dayMs].map((aside) => offsetAt(localMs + aside));
    const shown = offsets.map((offset) => localMs - offset).filter((utcMs) => utcMs + offsetAt(utcMs) === localMs);
    return shown.length > 0 ? Math.min(...shown) : afterGap(offsetAt, localMs);
  };
}

function afterGap(offsetAt: (utcMs: number) => number, localMs: number): number {
  let low = localMs - dayMs;
  let high = localMs + dayMs;
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (middle + offsetAt(middle) < localMs) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** How far the zone's clock is ahead of UTC, read off a date that Intl writes; remembered, as shifts ask alike. */
function createOffsets(timeZone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const known = new Map<number, number>();
  return (utcMs) => {
    const offset = known.get(utcMs) ?? Date.parse(`${format.format(utcMs).replace(" ", "T")}Z`) - utcMs;
    known.set(utcMs, offset);
    return offset;
  };
}
