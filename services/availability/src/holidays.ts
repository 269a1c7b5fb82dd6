import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import type { Holiday, PublicHolidays } from "./domain/schedule.ts";

type HolidaysClass = typeof Holidays;

/** The years of which the data is asked: far before them it searches without end, far after them it fails. */
const firstYear = 1900;
const lastYear = 2200;
/** Places times years that are remembered, two kilobytes each. */
const maxRemembered = 2_000;
const dayMs = 86_400_000;
/** More than any clock change, which would make days in a row a little shorter. */
const slackMs = 2 * 3_600_000;

const remembered = new Map<string, readonly Holiday[]>();
let library: { readonly create: HolidaysClass; readonly known: Holidays } | undefined;

/**
 * The public holidays of a year by local date, named as people there do. Days that banks, schools or only some people
 * take are none. Throws where a part of the place is unknown: what was a holiday must not become bookable.
 */
export function findHolidays(place: PublicHolidays, year: number): readonly Holiday[] {
  const key = `${place.country} ${place.region} ${place.district} ${year}`;
  const known = remembered.get(key);
  if (known !== undefined) {
    return known;
  }
  const holidays = year < firstYear || year > lastYear ? [] : lookUp(place, year);
  const [oldest] = remembered.keys();
  if (remembered.size >= maxRemembered && oldest !== undefined) {
    remembered.delete(oldest);
  }
  remembered.set(key, holidays);
  return holidays;
}

/** Which part of a place has no data of its own; undefined where all do. */
export function unknownHolidayPart({ country, region, district }: PublicHolidays): keyof PublicHolidays | undefined {
  const { known } = load();
  if (!has(known.getCountries(), country)) {
    return "country";
  }
  if (region !== "" && !has(known.getStates(country), region)) {
    return "region";
  }
  return district !== "" && !has(known.getRegions(country, region), district) ? "district" : undefined;
}

function lookUp(place: PublicHolidays, year: number): Holiday[] {
  const unknown = unknownHolidayPart(place);
  if (unknown !== undefined) {
    throw new Error(`no public holidays are known of the ${unknown} ${place[unknown]}`);
  }
  const days = calendarOf(place, year)
    .getHolidays(year)
    .flatMap((holiday) => datesOf(holiday));
  const byDate = new Map(days.toReversed().map((day) => [day.date, day]));
  return [...byDate.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

function calendarOf({ country, region, district }: PublicHolidays, year: number): Holidays {
  const state = region === "" ? {} : { state: region };
  const part = district === "" ? {} : { region: district };
  const calendar = new (load().create)({ country, ...state, ...part }, { types: ["public"] });
  if (country === "BR" && year >= 2024) {
    // Of four states the data has the state holiday that ended when the day became one of the whole country.
    calendar.setHoliday("11-20", { name: "Dia da Consciência Negra", type: "public" });
  }
  return calendar;
}

/**
 * The dates of a holiday. One that begins at noon takes its date. One that begins at sunset, as the data says of Muslim and
 * Jewish days, takes the dates that it is known by and leaves the day before alone.
 */
function datesOf({ date, start, end, name }: ReturnType<Holidays["getHolidays"]>[number]): Holiday[] {
  const first = date.slice(0, 10);
  const days = Math.max(1, Math.floor((end.getTime() - start.getTime() + slackMs) / dayMs));
  return Array.from({ length: days }, (_, index) => ({ date: addDays(first, index), name }));
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Loads the data when it is first needed: it takes a tenth of a second and 30 MB, and most profiles name no holidays. */
function load() {
  if (library === undefined) {
    const create = createRequire(import.meta.url)("date-holidays") as HolidaysClass;
    library = { create, known: new create() };
  }
  return library;
}

function has(names: Readonly<Record<string, string>> | undefined, name: string): boolean {
  return names !== undefined && Object.hasOwn(names, name);
}
