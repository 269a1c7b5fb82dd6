import { zoneOf } from "@calends/time/zone";

/** A month of a zone: its name, as in "2026-11", and the instants between which it lies, the second one excluded. */
export interface Month {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The months of a zone from one to another, by their names. */
export function monthsOf(timeZone: string, firstMonth: string, lastMonth: string): Month[] {
  const zone = zoneOf(timeZone);
  const [first, last] = [monthIndex(firstMonth), monthIndex(lastMonth)];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const [from, to] = [monthStart(first + i), monthStart(first + i + 1)];
    return { name: new Date(from).toISOString().slice(0, 7), fromMs: zone.toUtc(from), toMs: zone.toUtc(to) };
  });
}

/** Months since the year 0. */
export function monthIndex(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

function monthStart(index: number): number {
  return Date.UTC(Math.floor(index / 12), index % 12);
}
