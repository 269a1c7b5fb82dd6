import { complement, intersect, pairsOf, subtract, union, type Intervals } from "@calends/time/intervals";
import type { Closure } from "./closures.ts";
import { cutRanges, type Range, hoursOf } from "./cut-ranges.ts";
import type { Host, Span } from "./world.ts";

/** A span in which a calendar cannot be booked, with where it comes from. */
export interface Unavailable {
  readonly startMs: number;
  readonly endMs: number;
  readonly source: Host["busy"][number]["source"] | Closure["source"];
  readonly sourceId: string;
  readonly name: string;
}

/** A span of free time. */
export interface Available {
  readonly startMs: number;
  readonly endMs: number;
}

/** Everything that takes away of a calendar's time in a span, by start; what overlaps stays apart. */
export function unavailableWindows({ busy, closures }: Host, { fromMs, toMs }: Span): Unavailable[] {
  const found: Unavailable[] = [
    ...busy.map(({ place: _, ...span }) => ({ ...span, name: "" })),
    ...closures().map((closure) => ({ ...closure, sourceId: "" })),
  ];
  return found
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** What is left of a calendar's hours in a span, less what it is busy with. */
export function availableWindows({ hours, busy }: Host, span: Span): Available[] {
  return free(hours, busy, span);
}

/**
 * What is left in a span of the windows that a calendar manages, which come by start. Time that several of them have belongs
 * to the one that begins first, so that no two answers overlap.
 */
export function restOfWindows<T extends Range>(
  windows: readonly T[],
  busy: Host["busy"],
  { fromMs, toMs }: Span,
): (Available & { readonly window: T })[] {
  const apart: { startMs: number; endMs: number; window: T }[] = [];
  let startsMs = fromMs;
  for (const window of windows) {
    const own = { startMs: Math.max(window.startMs, startsMs), endMs: Math.min(window.endMs, toMs), window };
    if (own.startMs < own.endMs) {
      apart.push(own);
      startsMs = own.endMs;
    }
  }
  let at = 0;
  return cutRanges(apart, busy).flatMap(({ startMs, endMs }) => {
    while ((apart[at]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) {
      at += 1;
    }
    const own = apart[at];
    return own === undefined ? [] : [{ startMs, endMs, window: own.window }];
  });
}

function free(hours: Intervals, busy: Host["busy"], { fromMs, toMs }: Span): Available[] {
  const asked = intersect(hours, Float64Array.of(fromMs, toMs));
  const rest = subtract(asked, hoursOf(busy));
  return [...pairsOf(rest)].map(([startMs, endMs]) => ({ startMs, endMs }));
}

/** What is taken of a calendar's time in a span, and what of that for being outside of its hours. */
export function takenTime({ busy, hours }: Host, { fromMs, toMs }: Span): { taken: Intervals; outside: Intervals } {
  const outside = complement(hours, fromMs, toMs);
  return { taken: union(intersect(hoursOf(busy), Float64Array.of(fromMs, toMs)), outside), outside };
}
