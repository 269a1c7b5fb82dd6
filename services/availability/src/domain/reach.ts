import type { Busy, Host, SlotRules, Span, TravelTime } from "./world.ts";

/** Spans that a meeting with its buffers must not overlap, by start. */
export interface Reach {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/**
 * A calendar's busy spans as a meeting somewhere sees them: longer by the time to travel that the meeting's buffers do not
 * cover. Travel and buffer do not add up: one can be on the way while time is kept free.
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
    startMs: startMs - Math.max(0, travel(rules.place, place) - rules.bufferAfterMs),
    endMs: endMs + Math.max(0, travel(place, rules.place) - rules.bufferBeforeMs),
  };
}

/** The time that a meeting takes of a calendar's hours: with set-up and clean-up, without buffers. */
export function workSpan(rules: SlotRules, meeting: { startMs: number; durationMs: number }): Span {
  return { fromMs: meeting.startMs - rules.setUpMs, toMs: meeting.startMs + meeting.durationMs + rules.cleanUpMs };
}
