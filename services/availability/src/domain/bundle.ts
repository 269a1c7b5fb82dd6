import { intersect, noTime } from "@calends/time/intervals";
import type { PlannedHours } from "./closures.ts";
import { meet } from "./grid.ts";
import { createHost, isSame, type Busy, type Host } from "./world.ts";

/**
 * A bundle as one calendar: open where each part is, busy with whatever one of them is busy with, and a window that one of
 * them manages is booked as it is without the others. Of those that have no say in the hours, as a bundle that has none of
 * its own, the busy time counts all the same.
 */
export function bundleHost(calendarId: string, parts: readonly Host[], withoutHours: readonly Host[] = []): Host {
  const all = [...parts, ...withoutHours];
  const host = createHost({
    calendarId,
    ranges: meet(parts.map(({ ranges }) => ranges)).toSorted((a, b) => a.startMs - b.startMs),
    planned: () => plannedTogether(parts),
    closures: () => parts.flatMap((part) => part.closures()).toSorted((a, b) => a.startMs - b.startMs),
    busy: once(all.flatMap(({ busy }) => busy)),
    whole: false,
    stale: all.find(({ stale }) => stale !== null)?.stale ?? null,
  });
  return {
    ...host,
    origins: meet(parts.map(({ origins }) => origins)).toSorted((a, b) => a.startMs - b.startMs),
    openings: parts.flatMap(({ openings }) => openings),
  };
}

/** The time in which all parts would be open; what one of them loses, the bundle loses. */
function plannedTogether(parts: readonly Host[]): PlannedHours {
  const planned = parts.map((part) => part.planned());
  const [first = noTime, ...others] = planned.map(({ hours }) => hours);
  const lost = planned.flatMap((part) => part.lost).toSorted((a, b) => a.startMs - b.startMs);
  return { hours: others.reduce(intersect, first), lost };
}

/** Busy time of many calendars by start; a record that takes several of them counts once. */
function once(busy: readonly Busy[]): readonly Busy[] {
  const sorted = busy.toSorted(
    (a, b) =>
      a.startMs - b.startMs || a.endMs - b.endMs || (a.sourceId < b.sourceId ? -1 : Number(a.sourceId > b.sourceId)),
  );
  return sorted.filter((one, index) => {
    const before = sorted[index - 1];
    return before === undefined || !isSame(before, one);
  });
}
