import { meet } from "./grid.ts";
import { createHost, type Host } from "./world.ts";

/** A bundle as one calendar: open where each part is, busy with whatever one of them is busy with. */
export function bundleHost(calendarId: string, parts: readonly Host[]): Host {
  return createHost({
    calendarId,
    ranges: meet(parts.map(({ ranges }) => ranges)).toSorted((a, b) => a.startMs - b.startMs),
    closures: parts.flatMap(({ closures }) => closures).toSorted((a, b) => a.startMs - b.startMs),
    busy: parts.flatMap(({ busy }) => busy).toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
    whole: parts.some(({ whole }) => whole),
    stale: parts.find(({ stale }) => stale !== null)?.stale ?? null,
  });
}
