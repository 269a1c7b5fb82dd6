import { IANAZone } from "luxon";

/** Returns the first of the zones that is a known IANA zone, else UTC. */
export function firstZone(timeZones: readonly string[]): string {
  return timeZones.find((timeZone) => IANAZone.isValidZone(timeZone)) ?? "UTC";
}

/** A span in words, as in "Monday, December 21, 2026, 10:00 – 10:30 AM (Europe/Berlin, GMT+1)". */
export function formatSpan(startMs: number, endMs: number, timeZone: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone });
  const zone = timeZone === "UTC" ? "UTC" : `${timeZone}, ${offsetName(startMs, timeZone, locale)}`;
  return `${plainSpaces(format.formatRange(startMs, endMs))} (${zone})`;
}

/** A short form of an instant, for subjects, as in "Dec 21, 2026, 10:00 AM (Europe/Berlin)". */
export function formatStart(startMs: number, timeZone: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  return `${plainSpaces(format.format(startMs))} (${timeZone})`;
}

function offsetName(atMs: number, timeZone: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "shortOffset" });
  return format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Mail programs and people who search for a time know no thin spaces. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u2009\u202f\u00a0]/g, " ");
}
