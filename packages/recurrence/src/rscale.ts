/** What the rules of RFC 7529 can name in a calendar. */
export interface Rscale {
  /** The calendar in Intl; undefined where years and months are the Gregorian ones, whatever number the year has. */
  readonly calendar: string | undefined;
  /** Its greatest month number; leap months have the number of the month before them. */
  readonly months: number;
  /** Whether a number, with "L" behind it, is that of a leap month. */
  readonly hasLeapMonth: (month: number) => boolean;
}

const none = () => false;
/** The calendar of rules that name none. */
export const gregorian: Rscale = { calendar: undefined, months: 12, hasLeapMonth: none };
const solar = (calendar: string, months = 12): Rscale => ({ calendar, months, hasLeapMonth: none });
const chinese = (calendar: string): Rscale => ({ calendar, months: 12, hasLeapMonth: (month) => month <= 12 });

/** Calendars by their names in CLDR. Ethiopic years have another number in ETHIOAA. */
const scales: ReadonlyMap<string, Rscale> = new Map<string, Rscale>([
  ["GREGORIAN", gregorian],
  ["GREGORY", gregorian],
  ["ISO8601", gregorian],
  ["BUDDHIST", gregorian],
  ["JAPANESE", gregorian],
  ["ROC", gregorian],
  ["CHINESE", chinese("chinese")],
  ["DANGI", chinese("dangi")],
  ["HEBREW", { calendar: "hebrew", months: 12, hasLeapMonth: (month) => month === 5 }],
  ["COPTIC", solar("coptic", 13)],
  ["ETHIOPIC", solar("ethioaa", 13)],
  ["ETHIOAA", solar("ethioaa", 13)],
  ["INDIAN", solar("indian")],
  ["PERSIAN", solar("persian")],
  ["ISLAMIC-CIVIL", solar("islamic-civil")],
  ["ISLAMIC-TBLA", solar("islamic-tbla")],
  ["ISLAMIC-UMALQURA", solar("islamic-umalqura")],
]);

/** What is known of a calendar; undefined where its arithmetic cannot be told. */
export function rscaleOf(name: string): Rscale | undefined {
  return scales.get(name);
}

/** Why a calendar is refused. */
export function refusalOfRscale(name: string): string {
  // Each library foretells the sighting of the moon in its own way: the same rule would have other dates elsewhere.
  return name === "ISLAMIC" || name === "ISLAMIC-RGSA"
    ? `${name} follows the sighting of the moon; name ISLAMIC-CIVIL, ISLAMIC-TBLA or ISLAMIC-UMALQURA`
    : `the calendar ${name.slice(0, 32)} is not supported`;
}
