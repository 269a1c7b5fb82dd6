/** One span of what makes a calendar busy. */
export interface BusySpan {
  readonly calendarId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Where it is, as in the organization's travel times; absent or empty where nobody has to travel. */
  readonly place?: string;
}

/** How many spans a read model had not as their owner has them. */
export interface Repairs {
  /** The owner has them and the read model had not. */
  readonly missing: number;
  /** The read model had them and the owner has not. */
  readonly extra: number;
  /** They were at another time or place. */
  readonly wrong: number;
}

/** Nothing to repair. */
export const noRepairs: Repairs = { missing: 0, extra: 0, wrong: 0 };

/** Adds up what was repaired. */
export function sumRepairs(all: readonly Repairs[]): Repairs {
  return all.reduce(
    (sum, { missing, extra, wrong }) => ({
      missing: sum.missing + missing,
      extra: sum.extra + extra,
      wrong: sum.wrong + wrong,
    }),
    noRepairs,
  );
}

/** Whether anything differed. */
export function differs({ missing, extra, wrong }: Repairs): boolean {
  return missing + extra + wrong > 0;
}

/**
 * Compares the spans of one source with those that its owner has. On each calendar a span too many and one too few are one
 * that is wrong.
 */
export function compareSpans(ours: readonly BusySpan[], theirs: readonly BusySpan[]): Repairs {
  const extra = countByCalendar(without(ours, theirs));
  const missing = countByCalendar(without(theirs, ours));
  const calendars = new Set([...extra.keys(), ...missing.keys()]);
  return sumRepairs(
    [...calendars].map((id) => {
      const tooMany = extra.get(id) ?? 0;
      const tooFew = missing.get(id) ?? 0;
      const wrong = Math.min(tooMany, tooFew);
      return { missing: tooFew - wrong, extra: tooMany - wrong, wrong };
    }),
  );
}

function without(spans: readonly BusySpan[], others: readonly BusySpan[]): BusySpan[] {
  const known = new Set(others.map(keyOf));
  return spans.filter((span) => !known.has(keyOf(span)));
}

function keyOf({ calendarId, startsAt, endsAt, place = "" }: BusySpan): string {
  return [calendarId, startsAt.getTime(), endsAt.getTime(), place].join(" ");
}

function countByCalendar(spans: readonly BusySpan[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { calendarId } of spans) {
    counts.set(calendarId, (counts.get(calendarId) ?? 0) + 1);
  }
  return counts;
}
