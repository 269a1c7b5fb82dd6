import ICAL from "ical.js";
import { zoneOf } from "@calends/time/zone";
import type { ZoneText } from "./zone-names.ts";

const dayMs = 86_400_000;
/** ical.js works out the clock changes of a VTIMEZONE until then. */
const lastYear = 2035;
/** Those that most people mean come before others that have had the same clock. */
const preferred = [
  "UTC Europe/London Europe/Berlin Europe/Helsinki Europe/Istanbul Europe/Moscow America/New_York America/Chicago",
  "America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Halifax America/Sao_Paulo Asia/Kolkata",
  "Asia/Shanghai Asia/Tokyo Asia/Singapore Asia/Dubai Africa/Johannesburg Africa/Cairo Australia/Sydney Pacific/Auckland",
].flatMap((line) => line.split(" "));

/** The clock of a file's own VTIMEZONE. */
export interface OwnZone {
  /** The instant of a local time, given as the milliseconds since 1970-01-01T00:00 local. */
  toUtc(localMs: number): number;
}

/** Reads a VTIMEZONE; undefined where it cannot be read. */
export function ownZoneOf({ name, lines }: ZoneText): OwnZone | undefined {
  try {
    const component = new ICAL.Component(ICAL.parse(lines.join("\r\n")) as unknown[]);
    const zone = new ICAL.Timezone({ component, tzid: name });
    const toUtc = (localMs: number) => localMs - zone.utcOffset(timeOf(localMs)) * 1000;
    return Number.isFinite(toUtc(0)) && component.getAllSubcomponents().length > 0 ? { toUtc } : undefined;
  } catch {
    return undefined; // What ical.js throws says nothing that names the property; the zone stays unknown.
  }
}

/**
 * An IANA zone whose clock shows the same as another one from the first of some local times to the last: at each of them,
 * and at noon of each day between. Zones of `first` come before others. Undefined where there is none.
 */
export function equalZone(own: OwnZone, localTimes: readonly number[], first: readonly string[]): string | undefined {
  const from = Math.min(...localTimes);
  const until = Math.min(Math.max(...localTimes), Date.UTC(lastYear, 0, 1));
  const noons: number[] = [];
  for (let noon = Math.floor(from / dayMs) * dayMs + dayMs / 2; noon <= until; noon += dayMs) {
    noons.push(noon);
  }
  const samples = [...localTimes, ...noons].map((localMs) => [localMs, own.toUtc(localMs)] as const);
  const names = new Set([...first, ...preferred, ...Intl.supportedValuesOf("timeZone")]);
  return [...names].find((name) => samples.every(([localMs, utcMs]) => zoneOf(name).toUtc(localMs) === utcMs));
}

function timeOf(localMs: number): ICAL.Time {
  const at = new Date(localMs);
  return ICAL.Time.fromData({
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  });
}
