/** What becomes of a local time that the zone's clock skips. */
export type GapPolicy = "shift" | "omit";

/** A time zone as a table of its clock changes, built as far as it is asked about. */
export interface Zone {
  readonly name: string;
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(utcMs: number): number;
  /**
   * The instant of a local time, given as the milliseconds since 1970-01-01T00:00 local. An ambiguous time is its first
   * instance; one in a gap uses the offset before the gap (RFC 5545 section 3.3.5), or is NaN where the policy is "omit".
   */
  toUtc(localMs: number, gap?: GapPolicy): number;
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

/** Clock changes within a piece: the offset holds from each start on. */
interface Piece {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

const zones = new Map<string, Zone>();
const utc: Zone = { name: "UTC", offsetAt: () => 0, toUtc: (localMs) => localMs };

/** Finds a zone by its IANA name. Throws {@link UnknownZoneError}. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) {
    return known;
  }
  const zone = name === "UTC" || name === "Etc/UTC" ? utc : buildZone(name);
  zones.set(name, zone);
  return zone;
}

/** Whether a name is a zone of the IANA database. */
export function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false; // Unknown: the only error that zoneOf throws.
  }
}

function buildZone(name: string): Zone {
  const probe = offsetProbe(name);
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
  const offsetAt = (utcMs: number): number => {
    const { starts, offsets } = pieceAt(utcMs);
    let index = offsets.length - 1;
    while (index > 0 && (starts[index] ?? 0) > utcMs) {
      index -= 1;
    }
    return offsets[index] ?? 0;
  };
  return { name, offsetAt, toUtc: (localMs, gap = "shift") => localToUtc(offsetAt, localMs, gap) };
}

function localToUtc(offsetAt: (utcMs: number) => number, localMs: number, gap: GapPolicy): number {
  const before = offsetAt(localMs - dayMs);
  const after = offsetAt(localMs + dayMs);
  const early = localMs - before;
  if (before === after && offsetAt(early) === before) {
    return early;
  }
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
  let offset = probe(from);
  const starts = [from];
  const offsets = [offset];
  for (let low = from; low < from + pieceMs; low += probeMs) {
    const high = Math.min(low + probeMs, from + pieceMs);
    const next = probe(high);
    if (next !== offset) {
      const change = bisect(probe, low, high, offset);
      if (change < from + pieceMs) {
        starts.push(change);
        offsets.push(next);
      }
      offset = next;
    }
  }
  return { starts, offsets };
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
function offsetProbe(name: string): (utcMs: number) => number {
  const format = formatOf(name);
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
