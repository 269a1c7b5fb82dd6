/** A private address of a calendar, without its token. */
export interface Feed {
  readonly id: string;
  readonly calendarId: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Null while it can be read. */
  readonly revokedAt: Date | null;
}

/** Where the gateway serves a feed. */
export function feedPath(token: string): string {
  return `/feeds/${token}.ics`;
}

/** The token in what stands at the end of a feed's path; null where nobody was given such a one. */
export function tokenOf(pathEnd: string): string | null {
  return /^([\w-]{43})(?:\.ics)?$/.exec(pathEnd)?.[1] ?? null;
}
