import { compile, InvalidRuleError } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";
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

/**
 * Checks and normalizes the extra lines of a set that has the content lines `content` otherwise: one date a line, in
 * order; a time without a zone is meant in that of the series. Throws InvalidRuleError.
 */
export function readExtraLines(content: string, text: string, timeZone: string): string {
  const lines = text.replaceAll(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const wrong = lines.find((line) => !/^\s*((RDATE|EXDATE)[;:].*)?$/i.test(line));
  if (wrong !== undefined) {
    const name = /^\s*[\w-]*/.exec(wrong)?.[0].trim() ?? "";
    throw new InvalidRuleError(name || "set", wrong, "UNKNOWN_PART", "extra_lines has RDATE and EXDATE lines only");
  }
  const normal = normalizeSet(`${content}\n${lines.join("\n")}`).split("\n");
  const extra = normal.filter((line) => /^(RDATE|EXDATE)/.test(line));
  const period = extra.find((line) => line.includes("VALUE=PERIOD"));
  if (period !== undefined) {
    const why = "a date with a length of its own is a changed occurrence";
    throw new InvalidRuleError("RDATE", period, "UNSUPPORTED", why);
  }
  return extra
    .map((line) => (/^\w+:\d{8}T\d{6}$/.test(line) ? line.replace(":", `;TZID=${timeZone}:`) : line))
    .join("\n");
}
