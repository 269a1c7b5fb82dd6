import { oracleOffset } from "./oracle-zone.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads dates as people list them: "1997 Sep 2 9-11; Oct 7; 1998 Jan 6" as "1997-09-02T09:00" and so on; a time may
 * stand after the last date, as in "1997 Sep 2, 14:30".
 */
export function datesOf(text: string, time = "09:00"): string[] {
  let year = "";
  let month = "";
  const dates: string[] = [];
  for (const word of text.split(/[\s;]+/)) {
    const [first = "", last = first] = word.split("-");
    if (/^\d{4}$/.test(word)) {
      year = word;
    } else if (months.includes(word)) {
      month = String(months.indexOf(word) + 1).padStart(2, "0");
    } else {
      for (let day = Number(first); day <= Number(last); day += 1) {
        dates.push(`${year}-${month}-${String(day).padStart(2, "0")}T${time}`);
      }
    }
  }
  return dates;
}

/** What the clocks of a zone show at instants. */
export function wallClocks(instants: Iterable<number>, zone = "UTC"): string[] {
  return [...instants].map((ms) => new Date(ms + oracleOffset(zone, ms)).toISOString().replace(/(:00)?\.000Z$/, ""));
}
