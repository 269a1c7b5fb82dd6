const dayMs = 86_400_000;
const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads "2026-12-24" as its midnight UTC in epoch milliseconds; undefined when there is no such date. */
export function parseLocalDate(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) {
    return undefined;
  }
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && formatLocalDate(ms) === text ? ms : undefined;
}

/** Writes local milliseconds as the date they fall on. */
export function formatLocalDate(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}

/** Midnight of the local day that holds a local time, both in local milliseconds. */
export function startOfLocalDay(localMs: number): number {
  return Math.floor(localMs / dayMs) * dayMs;
}

/** ISO weekday of a local time: 1 is Monday, 7 is Sunday. */
export function isoWeekday(localMs: number): number {
  return ((((Math.floor(localMs / dayMs) + 3) % 7) + 7) % 7) + 1;
}
