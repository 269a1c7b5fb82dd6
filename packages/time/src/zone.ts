import { zoneNameOf } from "./zone-names.ts";

/** What becomes of a local time that the zone's clock skips. */
export type GapPolicy = "shift" | "omit";

/** A time zone as a table of its clock changes, built as far as it is asked about. */
export interface Zone {
  /** The name that the platform gives the zone: it may be another than the one it was asked for by. */
  readonly name: string;
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(utcMs: number): number;
  /**
   * The instant of a local time, given as the milliseconds since 1970-01-01T00:00 local. An ambiguous time is its first
   * instance; one in a gap uses the offset before the gap (RFC 5545 section 3.3.5), or is NaN where the policy is "omit".
   */
  toUtc(localMs: number, gap?: GapPolicy): number;
  /** A stretch of time around an instant in which the offset stays; it may end before the offset changes. */
  stretchAt(utcMs: number): Stretch;
  /** The gaps that the clock skips between two instants, in order. */
  gapsBetween(fromUtcMs: number, toUtcMs: number): Gap[];
}

/** Half-open time in which a zone's offset stays. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

/** Local time that never was: the clock went from `fromLocalMs` straight to `toLocalMs`. */
export interface Gap {
  readonly fromLocalMs: number;
  readonly toLocalMs: number;
}

/** No such zone in the IANA database. */
export class UnknownZoneError extends Error {
  readonly zone: string;

  constructor(zone: string) {
    super(`unknown time zone: ${zone}`);
    this.name = "UnknownZoneError";
    this.zone = zone;
  }
}

/** The version of the zone database in use, as in "2026b"; "unknown" where the platform does not tell. */
export function tzdbVersion(): string {
  const { process } = globalThis as { process?: { versions?: { tz?: string } } };
  return process?.versions?.tz ?? "unknown";
}

const dayMs = 86_400_000;
/** Width of a piece of the table: 2^35 ms, about 398 days. */
const pieceMs = 2 ** 35;
/** Distance of probes: no zone has changed its clock twice within so short a time since 1970 and changed it back. */
const probeMs = 4 * dayMs;

/** Clock changes within a piece: the stretches, and the gaps between them and before the first. */
interface Piece {
  readonly stretches: readonly Stretch[];
  readonly gaps: readonly Gap[];
}

/** Zones by the name that the platform gives them, of which there are about 600, and by names as they were spelled. */
const zones = new Map<string, Zone>();
const spelled = new Map<string, Zone>();
/** Spellings that are remembered: any mixture of upper and lower case is one. */
const maxSpelled = 2_000;
const always: Stretch = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
const utc: Zone = {
  name: "UTC",
  offsetAt: () => 0,
  toUtc: (localMs) => localMs,
  stretchAt: () => always,
  gapsBetween: () => [],
};

/** Finds a zone by its IANA name, in upper or lower case. Throws {@link UnknownZoneError}. */
export function zoneOf(name: string): Zone {
  const known = spelled.get(name);
  if (known !== undefined) {
    return known;
  }
  const zone = name === "UTC" || name === "Etc/UTC" ? utc : canonicalZone(name);
  if (spelled.size >= maxSpelled) {
    spelled.clear();
  }
  spelled.set(name, zone);
  return zone;
}

/** All names of a zone share its table. */
function canonicalZone(name: string): Zone {
  const format = formatOf(name);
  const { timeZone } = format.resolvedOptions();
  const known = zones.get(timeZone);
  if (known !== undefined) {
    return known;
  }
  const zone = timeZone === "UTC" ? utc : buildZone(timeZone, format);
  zones.set(timeZone, zone);
  return zone;
}

/** Whether a name is a zone of the IANA database. */
export function isZone(name: string): boolean {
  if (zoneNameOf(name) === undefined) {
    return false;
  }
  try {
    zoneOf(name);
    return true;
  } catch {
    return false; // Unknown: the only error that zoneOf throws.
  }
}

function buildZone(name: string, format: Intl.DateTimeFormat): Zone {
  const probe = offsetProbe(name, format);
  const pieces = new Map<number, Piece>();
  const pieceAt = (utcMs: number): Piece => {
    const index = Math.floor(utcMs / pieceMs);
    let piece = pieces.get(index);
    if (piece === undefined) {
      piece = buildPiece(probe, index * pieceMs);
      pieces.set(index, piece);
    }
    return piece;
  };
  const stretchAt = (utcMs: number): Stretch => {
    const { stretches } = pieceAt(utcMs);
    let index = stretches.length - 1;
    while (index > 0 && (stretches[index]?.startMs ?? 0) > utcMs) {
      index -= 1;
    }
    return stretches[index] ?? always;
  };
  const offsetAt = (utcMs: number): number => stretchAt(utcMs).offsetMs;
  return {
    name,
    offsetAt,
    stretchAt,
    toUtc: (localMs, gap = "shift") => localToUtc(offsetAt, localMs, gap),
    gapsBetween(fromUtcMs, toUtcMs) {
      const gaps: Gap[] = [];
      for (let at = Math.floor(fromUtcMs / pieceMs) * pieceMs; at <= toUtcMs; at += pieceMs) {
        for (const gap of pieceAt(at).gaps) {
          if (gap.toLocalMs > fromUtcMs - dayMs && gap.fromLocalMs < toUtcMs + dayMs) {
            gaps.push(gap);
          }
        }
      }
      return gaps;
    },
  };
}

function localToUtc(offsetAt: (utcMs: number) => number, localMs: number, gap: GapPolicy): number {
  const before = offsetAt(localMs - dayMs);
  const after = offsetAt(localMs + dayMs);
  const early = localMs - before;
  if (offsetAt(early) === before) {
    return early;
  }
  const late = localMs - after;
  if (offsetAt(late) === after) {
    return late;
  }
  return gap === "omit" ? Number.NaN : early;
}

function buildPiece(probe: (utcMs: number) => number, from: number): Piece {
  const until = from + pieceMs;
  const stretches: Stretch[] = [];
  const gaps: Gap[] = [];
  let startMs = from;
  let offsetMs = probe(from);
  const change = (at: number, next: number) => {
    if (next > offsetMs) {
      gaps.push({ fromLocalMs: at + offsetMs, toLocalMs: at + next });
    }
    stretches.push({ startMs, endMs: at, offsetMs });
    startMs = at;
    offsetMs = next;
  };
  for (let low = from; low < until; low += probeMs) {
    const high = Math.min(low + probeMs, until);
    const next = probe(high);
    if (next !== offsetMs) {
      // A change on the very edge belongs to the next piece's first stretch, its gap to this one.
      change(bisect(probe, low, high, offsetMs), next);
    }
  }
  if (startMs < until) {
    stretches.push({ startMs, endMs: until, offsetMs });
  }
  return { stretches, gaps };
}

/** The first instant after `low` at which the offset differs; clocks change on whole seconds. */
function bisect(probe: (utcMs: number) => number, low: number, high: number, offset: number): number {
  let before = low / 1000;
  let after = high / 1000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (probe(middle * 1000) === offset) {
      before = middle;
    } else {
      after = middle;
    }
  }
  return after * 1000;
}

/** Asks the platform for the offset at an instant. Slow (microseconds): only tables are built from it. */
function offsetProbe(name: string, format: Intl.DateTimeFormat): (utcMs: number) => number {
  return (utcMs) => {
    const match = /(\d+)\/(\d+)\/(\d+) ([AB]).*?(\d+):(\d+):(\d+)/.exec(format.format(utcMs));
    if (match === null) {
      throw new Error(`the platform formats ${name} unexpectedly`);
    }
    const [, month, day, year, era, hour, minute, second] = match;
    const fullYear = era === "B" ? 1 - Number(year) : Number(year);
    const local = new Date(0);
    local.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
    local.setUTCHours(Number(hour), Number(minute), Number(second));
    return local.getTime() - Math.floor(utcMs / 1000) * 1000;
  };
}

function formatOf(name: string): Intl.DateTimeFormat {
  // Intl also takes offsets such as "+01:00", which are no zones with a name.
  if (!/^[A-Za-z]/.test(name)) {
    throw new UnknownZoneError(name);
  }
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "narrow",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new UnknownZoneError(name); // Intl throws a RangeError for nothing else here.
  }
}
