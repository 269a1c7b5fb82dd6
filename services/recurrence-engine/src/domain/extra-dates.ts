import { compile } from "@calends/recurrence";
import type { GapPolicy } from "@calends/time/zone";

/** Further and excluded dates of a pattern, normalized: RDATE and EXDATE lines with one date each. */
export interface ExtraDates {
  readonly extraLines: string;
  readonly timeZone: string;
  readonly gap: GapPolicy;
}

/** The instant of the one date of a normalized line. */
export function dateOf({ timeZone, gap }: Omit<ExtraDates, "extraLines">, line: string): number {
  const value = line.replace(/^(RDATE|EXDATE)/, "DTSTART");
  const start = value.startsWith("DTSTART:") && !value.endsWith("Z") ? value.replace(":", `;TZID=${timeZone}:`) : value;
  return compile(start, { gap }).last() ?? Number.NaN;
}

/** The last of the further dates; minus infinity where there are none. */
export function lastExtraDate({ extraLines, ...dates }: ExtraDates): number {
  const lines = extraLines.split("\n").filter((line) => line.startsWith("RDATE"));
  return lines.reduce((last, line) => Math.max(last, dateOf(dates, line)), Number.NEGATIVE_INFINITY);
}
