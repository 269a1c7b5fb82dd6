/**
 * Hand-derived cases: what they are about, the content lines, and the instants in UTC. "…" at the end means that there
 * are more. Derived from calendars (cal, ISO weeks), the IANA database's sources and the RFC's words; none was copied
 * from an engine.
 */
export type Case = readonly [about: string, lines: string, expected: string];
