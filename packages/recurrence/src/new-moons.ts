import { dayOf } from "./civil.ts";

/**
 * Months that ICU begins on the wrong side of midnight, for it foretells the moon to ten minutes only: New Year of 2027
 * and 2030 in China among them. The first days are ICU's, and by the new moons of Meeus (Astronomical Algorithms,
 * chapter 49, to some seconds) in the time of Beijing and Seoul, where midnight is over a minute away. An Intl that
 * has them right names no such first day, and is left alone.
 */
const moved: ReadonlyMap<string, ReadonlyMap<number, number>> = new Map([
  [
    "chinese",
    daysOf(
      "1954-02-04 1954-02-03",
      "1955-02-23 1955-02-22",
      "1999-01-18 1999-01-17",
      "2012-08-18 2012-08-17",
      "2018-11-07 2018-11-08",
      "2027-02-07 2027-02-06",
      "2030-02-02 2030-02-03",
      "2070-03-13 2070-03-12",
    ),
  ],
  ["dangi", daysOf("2017-02-27 2017-02-26", "2051-08-06 2051-08-07")],
]);

/** The first day of a month that Intl begins on one. */
export function monthBegin(calendar: string, day: number): number {
  return moved.get(calendar)?.get(day) ?? day;
}

function daysOf(...pairs: string[]): ReadonlyMap<number, number> {
  return new Map(
    pairs.map((pair) => {
      const [intl = 0, moon = 0] = pair.split(" ").map(readDay);
      return [intl, moon];
    }),
  );
}

function readDay(text: string): number {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  return dayOf(year, month, day);
}
