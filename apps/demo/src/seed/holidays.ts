import Holidays from "date-holidays";

/** Where public holidays are looked up. */
export interface Region {
  readonly country: string;
  readonly state?: string;
}

/** A day on which nobody works, and what people there call it. */
export interface Holiday {
  /** Local date, as in "2026-10-03". */
  readonly date: string;
  readonly name: string;
}

/** The public holidays of a region in some years, by date; where two fall on one day, the first one names it. */
export function publicHolidays({ country, state }: Region, years: readonly number[]): Holiday[] {
  const calendar = state === undefined ? new Holidays(country) : new Holidays(country, state);
  const byDate = new Map<string, string>();
  for (const { date, name, type } of years.flatMap((year) => calendar.getHolidays(year))) {
    const day = date.slice(0, 10);
    if (type === "public" && !byDate.has(day)) {
      byDate.set(day, name);
    }
  }
  return [...byDate].map(([date, name]) => ({ date, name })).toSorted((a, b) => a.date.localeCompare(b.date));
}
