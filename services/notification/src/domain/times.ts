import { IANAZone } from "luxon";

/** The zone a reader's times are in: the reader's own, or UTC where that is empty or unknown. */
export function zoneFor(timeZone: string): string {
  return IANAZone.isValidZone(timeZone) ? timeZone : "UTC";
}

/** A span in words, as in "Monday, December 21, 2026, 10:00 – 10:30 AM (Europe/Berlin, GMT+1)". */
export function formatSpan(startMs: number, endMs: number, timeZone: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone });
  const zone = timeZone === "UTC" ? "UTC" : `${timeZone}, ${offsetName(startMs, timeZone, locale)}`;
  return `${plainSpaces(format.formatRange(startMs, endMs))} (${zone})`;
}

/** An instant in few words, for subjects. */
export function formatStart(startMs: number, timeZone: string, locale: string): string {
  return plainSpaces(
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(startMs),
  );
}

function offsetName(atMs: number, timeZone: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "shortOffset" });
  return format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Mail programs and people who search for a time know no thin spaces. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u2009\u202f\u00a0]/g, " ");
}
