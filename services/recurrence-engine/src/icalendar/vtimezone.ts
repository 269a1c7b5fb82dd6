import { zoneOf } from "@calends/time/zone";
import { utcText } from "./text.ts";

/** One change of a zone's clock. */
interface Change {
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const dayMs = 86_400_000;
/** A clock that is put forward and back within so many days has a summer time. */
const summerDays = 400;

/**
 * The VTIMEZONE of a zone (RFC 5545 section 3.6.5) that is right between two instants. Each change of the clock is an
 * RDATE of its own, the first one too: some programs read one value of a line, and none of DTSTART beside RDATE.
 */
export function timeZoneLines(name: string, fromMs: number, untilMs: number): string[] {
  const begin = fromMs - dayMs;
  const changes = changesOf(name, begin, untilMs);
  const byOffsets = Map.groupBy(changes, ({ fromMs: from, toMs: to }) => `${from} ${to}`);
  const offset = zoneOf(name).offsetAt(begin);
  const first = observance("STANDARD", [{ atMs: begin, fromMs: offset, toMs: offset }]);
  const others = [...byOffsets.values()].map((same) => observance(kindOf(same, changes), same));
  return ["BEGIN:VTIMEZONE", `TZID:${name}`, ...first, ...others.flat(), "END:VTIMEZONE"];
}

function changesOf(name: string, fromMs: number, untilMs: number): Change[] {
  const zone = zoneOf(name);
  const changes: Change[] = [];
  for (let stretch = zone.stretchAt(fromMs); stretch.endMs < untilMs;) {
    const next = zone.stretchAt(stretch.endMs);
    if (next.offsetMs !== stretch.offsetMs) {
      changes.push({ atMs: stretch.endMs, fromMs: stretch.offsetMs, toMs: next.offsetMs });
    }
    stretch = next;
  }
  return changes;
}

/** A clock goes forward for the summer where it soon goes back again. */
function kindOf(same: readonly Change[], all: readonly Change[]): "STANDARD" | "DAYLIGHT" {
  const isSummer = same.some(({ atMs, fromMs, toMs }) => {
    const next = all.find((change) => change.atMs > atMs);
    return toMs > fromMs && next !== undefined && next.toMs < toMs && next.atMs < atMs + summerDays * dayMs;
  });
  return isSummer ? "DAYLIGHT" : "STANDARD";
}

/** All changes between the same two offsets. Their times are those of the clock before the change. */
function observance(kind: "STANDARD" | "DAYLIGHT", changes: readonly Change[]): string[] {
  const [first] = changes;
  if (first === undefined) {
    return [];
  }
  const onsets = changes.map(({ atMs, fromMs }) => utcText(atMs + fromMs).slice(0, 15));
  return [
    `BEGIN:${kind}`,
    `DTSTART:${onsets[0]}`,
    ...(changes.length === 1 ? [] : onsets.map((onset) => `RDATE:${onset}`)),
    `TZOFFSETFROM:${offsetText(first.fromMs)}`,
    `TZOFFSETTO:${offsetText(first.toMs)}`,
    `END:${kind}`,
  ];
}

function offsetText(offsetMs: number): string {
  const seconds = Math.abs(offsetMs) / 1000;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[2] === 0 ? parts.slice(0, 2) : parts;
  return `${offsetMs < 0 ? "-" : "+"}${shown.map((part) => String(part).padStart(2, "0")).join("")}`;
}
