import { complement, intersect, normalize, pairsOf, subtract, union, type Intervals } from "@calends/time/intervals";
import type { Host, Span } from "./world.ts";

/** A span in which a calendar cannot be booked, with where it comes from. */
export interface Unavailable {
  readonly startMs: number;
  readonly endMs: number;
  readonly source: Host["busy"][number]["source"] | Host["closures"][number]["source"];
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
    ...closures.map((closure) => ({ ...closure, sourceId: "" })),
  ];
  return found
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/** What is left of a calendar's hours in a span, less what it is busy with. */
export function availableWindows({ hours, busy }: Host, span: Span): Available[] {
  return free(hours, busy, span);
}

/** What is left of one span of time. */
export function restOf(whole: Span, busy: Host["busy"], span: Span): Available[] {
  return free(Float64Array.of(whole.fromMs, whole.toMs), busy, span);
}

function free(hours: Intervals, busy: Host["busy"], { fromMs, toMs }: Span): Available[] {
  const asked = intersect(hours, Float64Array.of(fromMs, toMs));
  const rest = subtract(asked, busyTime(busy));
  return [...pairsOf(rest)].map(([startMs, endMs]) => ({ startMs, endMs }));
}

/** What is taken of a calendar's time in a span, and what of that for being outside of its hours. */
export function takenTime({ busy, hours }: Host, { fromMs, toMs }: Span): { taken: Intervals; outside: Intervals } {
  const outside = complement(hours, fromMs, toMs);
  return { taken: union(intersect(busyTime(busy), Float64Array.of(fromMs, toMs)), outside), outside };
}

function busyTime(busy: Host["busy"]): Intervals {
  return normalize(busy.map(({ startMs, endMs }) => [startMs, endMs] as const));
}
