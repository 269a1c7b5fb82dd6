import { zoneOf } from "@calends/time/zone";

/** A time as ISO 8601 writes it, before the zone of one without an offset is known. */
export interface IsoDateTime {
  /** Milliseconds since 1970-01-01T00:00 on the clock that it is of. */
  readonly localMs: number;
  /** How far that clock is ahead of UTC; null where the text does not say. */
  readonly offsetMs: number | null;
}

const pattern = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?([Zz]|[+ -]\d\d(?::?\d\d)?)?)?$/;

/**
 * Reads a date, or a date and time with or without an offset; undefined for anything else. Fractions of seconds are dropped.
 * A space stands for the plus sign of an offset, which is what becomes of one in a query that does not escape it.
 */
export function parseIsoDateTime(text: string): IsoDateTime | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) {
    return undefined;
  }
  const [, date = "", time = "00:00", seconds = "00", offset] = match;
  const local = `${date}T${time}:${seconds}`;
  const localMs = Date.parse(`${local}Z`);
  const isReal = !Number.isNaN(localMs) && new Date(localMs).toISOString().startsWith(local);
  return isReal ? { localMs, offsetMs: offset === undefined ? null : offsetOf(offset) } : undefined;
}

/** The instant of a time; without an offset it is of a zone. */
export function instantOf({ localMs, offsetMs }: IsoDateTime, timeZone: string): number {
  return offsetMs === null ? zoneOf(timeZone).toUtc(localMs) : localMs - offsetMs;
}

function offsetOf(text: string): number {
  const digits = text.replace(/\D/g, "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith("-") ? -minutes : minutes) * 60_000;
}
