import { daysInMonth, dayOf } from "./civil.ts";
import type { Until } from "./rule.ts";

const dayMs = 86_400_000;

/** Reads "19971224T000000Z", "19971224T000000" or "19971224"; undefined when there is no such time. */
export function parseDateTime(text: string): Until | undefined {
  const length = text.length;
  if (length !== 8 && length !== 15 && !(length === 16 && text.endsWith("Z"))) {
    return undefined;
  }
  const date = digits(text, 0, 8);
  if (Number.isNaN(date)) {
    return undefined;
  }
  const year = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  const day = date % 100;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return undefined;
  }
  const midnight = dayOf(year, month, day) * dayMs;
  if (length === 8) {
    return { kind: "date", ms: midnight };
  }
  const time = text[8] === "T" ? digits(text, 9, 15) : Number.NaN;
  const hour = Math.floor(time / 10_000);
  const minute = Math.floor(time / 100) % 100;
  // A leap second is taken as the second before it (RFC 5545 section 3.3.12).
  const second = Math.min(59, time % 100);
  if (Number.isNaN(time) || hour > 23 || minute > 59 || time % 100 > 60) {
    return undefined;
  }
  const ms = midnight + (hour * 3600 + minute * 60 + second) * 1000;
  return { kind: length === 16 ? "utc" : "local", ms };
}

/** Writes a time as RFC 5545 does. */
export function formatDateTime({ kind, ms }: Until): string {
  const text = new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return kind === "date" ? text.slice(0, 8) : kind === "utc" ? text : text.slice(0, 15);
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) {
      return Number.NaN;
    }
    value = value * 10 + digit;
  }
  return value;
}
