import type { Busy, Host, SlotRules, Span, TravelTime } from "./world.ts";

/** Spans that a meeting with its buffers must not overlap, by start. */
export interface Reach {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/**
 * A calendar's busy spans, buffers included, as a meeting somewhere with its buffers sees them: longer by the time to travel.
 * Nobody travels while time is kept free, of whichever meeting it is: which of two was booked first makes no difference.
 */
export function reachOf({ busy, busyStarts, busyEnds }: Host, travel: TravelTime, rules: SlotRules): Reach {
  if (rules.place === "" || busy.every(({ place }) => place === "" || place === rules.place)) {
    return { starts: busyStarts, ends: busyEnds };
  }
  const spans = busy.map((record) => spanOf(record, travel, rules)).sort((a, b) => a.startMs - b.startMs);
  return {
    starts: new Float64Array(spans.map(({ startMs }) => startMs)),
    ends: new Float64Array(spans.map(({ endMs }) => endMs)),
  };
}

/** One busy span with the way to and from it. */
export function spanOf(record: Busy, travel: TravelTime, rules: SlotRules): { startMs: number; endMs: number } {
  const { startMs, endMs, place } = record;
  if (rules.place === "" || place === "" || place === rules.place) {
    return { startMs, endMs };
  }
  return {
    startMs: startMs - travel(rules.place, place),
    endMs: endMs + travel(place, rules.place),
  };
}

/** The time that a meeting takes of a calendar's hours: with set-up and clean-up, without buffers. */
export function workSpan(rules: SlotRules, meeting: { startMs: number; durationMs: number }): Span {
  return { fromMs: meeting.startMs - rules.setUpMs, toMs: meeting.startMs + meeting.durationMs + rules.cleanUpMs };
}
