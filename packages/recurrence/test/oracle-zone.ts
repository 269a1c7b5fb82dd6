/** What Intl says of zones, for the oracle. */

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/**
 * How far a zone is ahead of UTC at an instant, asked of Intl: at the ends of the hour, and where these differ at the
 * quarter. Clocks change on quarters of an hour in the years that are tested.
 */
export function oracleOffset(zone: string, utcMs: number): number {
  const hour = Math.floor(utcMs / 3_600_000) * 3_600_000;
  const offset = offsetAt(zone, hour);
  if (utcMs === hour || offset === offsetAt(zone, hour + 3_600_000)) {
    return offset;
  }
  return offsetAt(zone, Math.floor(utcMs / 900_000) * 900_000);
}

/** Frees what is known of a zone. */
export function forgetOffsets(zone: string): void {
  offsets.delete(zone);
}

function offsetAt(zone: string, utcMs: number): number {
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    offsets.set(zone, known);
  }
  let offset = known.get(utcMs);
  if (offset === undefined) {
    offset = askOffset(zone, utcMs);
    known.set(utcMs, offset);
  }
  return offset;
}

function askOffset(zone: string, utcMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(utcMs).replace(" ", "T")}Z`) - utcMs;
}

/** The instant of a local time: the first whose clock shows it; in a gap the offset before it, or NaN. */
export function oracleToUtc(zone: string, localMs: number, gap: "shift" | "omit"): number {
  const near = [-26, -13, 0, 13, 26].map((hours) => oracleOffset(zone, localMs + hours * 3_600_000));
  const candidates = [...new Set(near)].map((offset) => localMs - offset);
  const real = candidates.filter((utcMs) => oracleOffset(zone, utcMs) === localMs - utcMs);
  if (real.length > 0) {
    return Math.min(...real);
  }
  return gap === "omit" ? Number.NaN : localMs - oracleOffset(zone, localMs - 26 * 3_600_000);
}
