import { indexAt } from "@calends/time/intervals";
import { freeOf } from "./free.ts";
import { findSlots } from "./slots.ts";
import { createHost, type Host, type SlotRules, type Span, type World } from "./world.ts";

/** Who is asked to a meeting. */
export interface Invited {
  /** Everybody whose coming counts: required, of groups and optional, each once. */
  readonly everybody: readonly Host[];
  readonly optional: readonly Host[];
}

/** A time at which everybody who has to come can. */
export interface MeetingTime {
  readonly startMs: number;
  readonly durationMs: number;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly string[];
  readonly free: readonly string[];
  readonly missing: readonly string[];
}

const maxCandidates = 10_000;
/** What a meeting's time is judged by: who can come above all, then whose working hours it is in, then how soon it is. */
const weights = { optional: 0.5, hours: 0.3, soon: 0.2 };

/** Ranks the starts in a span at which the groups of a world can meet, best first; of two as good the sooner. */
export function rankMeetingTimes(
  world: World,
  invited: Invited,
  rules: SlotRules,
  span: Span,
  max: number,
): MeetingTime[] {
  const times = rules.durationsMs.flatMap((durationMs) => timesOfLength(world, invited, rules, span, durationMs));
  return times
    .toSorted((a, b) => b.score - a.score || a.startMs - b.startMs || a.durationMs - b.durationMs)
    .slice(0, max);
}

function timesOfLength(
  world: World,
  invited: Invited,
  rules: SlotRules,
  span: Span,
  durationMs: number,
): MeetingTime[] {
  const ofLength = { ...rules, durationsMs: [durationMs] };
  const { slots } = findSlots(world, ofLength, span.fromMs, span.toMs, maxCandidates);
  const grid = Float64Array.from(slots, ({ startMs }) => startMs);
  const optional = new Set(invited.optional.map(({ calendarId }) => calendarId));
  const able = invited.everybody.map((host) => ({
    host,
    free: freeOf({ world, rules, durationMs, grid }, anyTime(host, world)),
  }));
  return slots.map(({ startMs }, index) => {
    const missing = able.filter(({ free }) => free[index] !== 1).map(({ host }) => host.calendarId);
    const free = able.filter((one) => one.free[index] === 1).map(({ host }) => host);
    const inHours = free.filter((host) => isOpen(host, startMs, startMs + durationMs)).length;
    return {
      startMs,
      durationMs,
      free: free.map(({ calendarId }) => calendarId),
      missing: missing.filter((id) => optional.has(id)),
      ...judge({
        optional: optional.size,
        missing: missing.filter((id) => optional.has(id)).length,
        coming: free.length,
        inHours,
        soon: 1 - (startMs - span.fromMs) / (span.toMs - span.fromMs),
      }),
    };
  });
}

/** Optional attendees rank by their hours; only what they are busy with keeps them away. */
function anyTime(host: Host, { groups }: World): Host {
  const asked = groups.flatMap(({ hosts }) => hosts).find(({ calendarId }) => calendarId === host.calendarId);
  return asked ?? createHost({ ...host, whole: false, ranges: [{ startMs: -8.64e15, endMs: 8.64e15 }] });
}

interface Facts {
  readonly optional: number;
  readonly missing: number;
  readonly coming: number;
  readonly inHours: number;
  readonly soon: number;
}

function judge({ optional, missing, coming, inHours, soon }: Facts): Pick<MeetingTime, "score" | "reasons"> {
  const attendance = optional === 0 ? 1 : (optional - missing) / optional;
  const hours = coming === 0 ? 1 : inHours / coming;
  const score = weights.optional * attendance + weights.hours * hours + weights.soon * soon;
  return {
    score: Math.round(score * 1e6) / 1e6,
    reasons: [
      missing === 0 ? "everybody can come" : `${optional - missing} of ${optional} optional attendees can come`,
      inHours === coming ? "within everybody's working hours" : `within the working hours of ${inHours} of ${coming}`,
    ],
  };
}

function isOpen({ hours }: Host, from: number, to: number): boolean {
  const index = indexAt(hours, from);
  return index >= 0 && (hours[index + 1] ?? 0) >= to;
}
