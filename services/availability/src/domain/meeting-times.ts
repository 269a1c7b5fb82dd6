import { freeOf, openOf, type GridQuestion } from "./free.ts";
import { plainHours } from "./hours.ts";
import { refuseTooLarge } from "./question-size.ts";
import { freeStartsOf } from "./slots.ts";
import { createHost, type Host, type SlotRules, type Span, type World } from "./world.ts";

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

/** What a meeting's time is judged by: who can come above all, then whose working hours it is in, then how soon it is. */
const weights = { attendance: 0.5, hours: 0.3, soon: 0.2 };
const allTime = [{ startMs: -8.64e15, endMs: 8.64e15 }];

/**
 * Ranks all starts in a span at which the groups of a world can meet, best first; of two as good the sooner. Everybody is
 * whose coming counts, each once: of those who do not have to come, as of a group more than it needs, the more the better.
 */
export function rankMeetingTimes(
  world: World,
  everybody: readonly Host[],
  rules: SlotRules,
  span: Span,
  max: number,
): MeetingTime[] {
  const best: Candidate[] = [];
  for (const [durationMs, grid] of freeStartsOf(world, rules, span)) {
    refuseTooLarge(grid.length, everybody.length, rules.durationsMs.length);
    const attendance = attendanceAt({ world, rules, durationMs, grid }, everybody);
    for (let index = 0; index < grid.length; index += 1) {
      keep(best, candidateOf(attendance, index, span), max);
    }
  }
  return best.map(toMeetingTime);
}

/** Who can come to the meetings of one length, and whose hours they are in, at each of the starts. */
interface Attendance {
  readonly durationMs: number;
  readonly starts: Float64Array;
  readonly invited: readonly { readonly host: Host; readonly free: Uint8Array; readonly inHours: Uint8Array }[];
  /** How many need not come. */
  readonly spare: number;
  readonly coming: Uint16Array;
  readonly comingInHours: Uint16Array;
}

function attendanceAt(question: GridQuestion, everybody: readonly Host[]): Attendance {
  const { world, rules, durationMs, grid: starts } = question;
  const required = new Set(world.groups.flatMap(({ need, hosts }) => (need === hosts.length ? hosts : [])).map(idOf));
  const deciding = new Map(world.groups.flatMap(({ hosts }) => hosts).map((host) => [host.calendarId, host]));
  const invited = everybody.map((host) => ({
    host,
    free: freeOf(question, deciding.get(host.calendarId) ?? anyTime(host)),
    inHours: openOf({ ...question, rules: { ...rules, setUpMs: 0, cleanUpMs: 0 } }, host.hours),
  }));
  return {
    durationMs,
    starts,
    invited,
    spare: everybody.filter((host) => !required.has(host.calendarId)).length,
    coming: countOf(starts, invited, ({ free }, index) => free[index] === 1),
    comingInHours: countOf(starts, invited, ({ free, inHours }, index) => free[index] === 1 && inHours[index] === 1),
  };
}

function countOf<T>(
  starts: Float64Array,
  invited: readonly T[],
  counts: (one: T, index: number) => boolean,
): Uint16Array {
  const sum = new Uint16Array(starts.length);
  for (const one of invited) {
    for (let index = 0; index < sum.length; index += 1) {
      sum[index] = (sum[index] ?? 0) + (counts(one, index) ? 1 : 0);
    }
  }
  return sum;
}

function idOf({ calendarId }: Host): string {
  return calendarId;
}

/** Who decides nothing, as optional attendees, ranks by its hours; only what it is busy with keeps it away. */
function anyTime(host: Host): Host {
  return createHost({ ...host, ...plainHours(allTime), whole: false });
}

function scoreOf({ coming, comingInHours, invited, spare }: Attendance, index: number, soon: number): number {
  const [can, inHours] = [coming[index] ?? 0, comingInHours[index] ?? 0];
  const attendance = spare === 0 ? 1 : (spare - (invited.length - can)) / spare;
  const hours = can === 0 ? 1 : inHours / can;
  const score = weights.attendance * attendance + weights.hours * hours + weights.soon * soon;
  return Math.round(score * 1e6) / 1e6;
}

/** One start of one length with its score. */
interface Candidate {
  readonly attendance: Attendance;
  readonly index: number;
  readonly startMs: number;
  readonly score: number;
}

function candidateOf(attendance: Attendance, index: number, { fromMs, toMs }: Span): Candidate {
  const startMs = attendance.starts[index] ?? 0;
  return { attendance, index, startMs, score: scoreOf(attendance, index, 1 - (startMs - fromMs) / (toMs - fromMs)) };
}

/** Puts a candidate in its place among the best, of which there are at most so many. */
function keep(best: Candidate[], candidate: Candidate, max: number): void {
  const last = best[max - 1];
  if (last !== undefined && compare(last, candidate) <= 0) {
    return;
  }
  const place = best.findIndex((one) => compare(one, candidate) > 0);
  best.splice(place < 0 ? best.length : place, 0, candidate);
  best.length = Math.min(best.length, max);
}

function compare(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.startMs - b.startMs || a.attendance.durationMs - b.attendance.durationMs;
}

function toMeetingTime({ attendance, index, startMs, score }: Candidate): MeetingTime {
  const { invited, durationMs, coming, comingInHours } = attendance;
  const can = coming[index] ?? 0;
  const inHours = comingInHours[index] ?? 0;
  return {
    startMs,
    durationMs,
    score,
    reasons: [
      can === invited.length ? "everybody can come" : `${can} of ${invited.length} can come`,
      inHours === can ? "within everybody's working hours" : `within the working hours of ${inHours} of ${can}`,
    ],
    free: invited.filter(({ free }) => free[index] === 1).map(({ host }) => host.calendarId),
    missing: invited.filter(({ free }) => free[index] !== 1).map(({ host }) => host.calendarId),
  };
}

/** Groups without their hours: whoever is free at a start in the span can come, however long the meeting goes on after it. */
export function withoutHours(groups: World["groups"], rules: SlotRules, { fromMs, toMs }: Span): World["groups"] {
  const endMs = toMs + Math.max(...rules.durationsMs) + rules.cleanUpMs;
  const ranges = [{ startMs: fromMs - rules.setUpMs, endMs }];
  return groups.map(({ need, hosts }) => ({
    need,
    hosts: hosts.map((host) => createHost({ ...host, ...plainHours(ranges), whole: false })),
  }));
}
