import { InvalidRuleError } from "@calends/recurrence";
import { normalizeSet } from "@calends/recurrence/normalize";

/** A VTIMEZONE of a file. */
export interface ZoneText {
  readonly name: string;
  /** Its lines, BEGIN and END included. */
  readonly lines: readonly string[];
}

/** The IANA zone of a name of the IANA database or of Windows; undefined where there is none. */
export function knownZone(name: string): string | undefined {
  if (name === "" || /["\p{Cc}]/u.test(name)) {
    return undefined;
  }
  try {
    return /^DTSTART;TZID=([^:]+):/.exec(normalizeSet(`DTSTART;TZID="${name}":20260101T000000`))?.[1];
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The IANA zone that a name means which is none itself: the end of a path, as in "/mozilla.org/20050126_1/Europe/Berlin",
 * or what the file's VTIMEZONE says in X-LIC-LOCATION or another of its names.
 */
export function zoneByName(name: string, definition: ZoneText | undefined): string | undefined {
  const said = definition?.lines.flatMap(
    (line) => /^X-(?:LIC-LOCATION|WR-TIMEZONE|TZ-?ID)[^:]*:(.*)$/i.exec(line)?.[1] ?? [],
  );
  for (const one of [name, ...(said ?? [])]) {
    const parts = one.trim().split("/");
    const ends = [parts.length, 3, 2, 1].map((count) => parts.slice(-count).join("/"));
    // A path is one of an organization's own: its last part alone would be too little to go by, as in "…/GMT".
    const zone = ends
      .filter((end) => end === one.trim() || end.includes("/"))
      .flatMap((end) => knownZone(end) ?? [])[0];
    if (zone !== undefined) {
      return zone;
    }
  }
  return undefined;
}
