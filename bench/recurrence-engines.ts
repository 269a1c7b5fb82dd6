import { compile } from "@calends/recurrence";
import { zoneOf } from "@calends/time/zone";
import ICAL from "ical.js";
import * as rruleNamespace from "rrule";
import { RRuleTemporal } from "rrule-temporal";

/** A recurrence engine under measurement. `expand` gives whatever it gives; `instants` reads it, untimed. */
export interface Engine {
  readonly name: string;
  parse(text: string): unknown;
  expand(set: never, fromMs: number, toMs: number): unknown;
  instants(answer: never): number[];
  /** Whether it is asked in UTC: slower by orders of magnitude, or wrong, in a zone. */
  readonly isUtc?: boolean;
}

/** What is used of rrule-rust, which has no build for every platform and so is not imported by name. */
interface RustLibrary {
  readonly DateTime: { utc(year: number, month: number, day: number, h: number, m: number, s: number): RustTime };
  readonly RRuleSet: { fromString(text: string): RustSet };
}

interface RustTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly time: { readonly hour: number; readonly minute: number; readonly second: number };
}

interface RustSet {
  readonly cache: { disable(): void };
  between(after: RustTime, before: RustTime, inclusive: boolean): readonly RustTime[];
}

const rustLibrary: string = "rrule-rust";

/** An engine with types of its own, as one among others. */
function engine<S, A>(of: {
  name: string;
  parse: (text: string) => S;
  expand: (set: S, fromMs: number, toMs: number) => A;
  instants: (answer: A) => number[];
  isUtc?: boolean;
}): Engine {
  return of;
}

const ours = engine({
  name: "calends",
  parse: (text) => compile(text),
  expand: (set, fromMs, toMs) => set.between(fromMs, toMs).starts,
  instants: (starts) => [...starts],
});

const temporal = engine({
  name: "rrule-temporal",
  parse: (text) => new RRuleTemporal({ rruleString: text }),
  expand: (set, fromMs, toMs) => set.between(new Date(fromMs), new Date(toMs), true),
  instants: (times) => times.map((time) => time.epochMilliseconds),
});

// Node gives this CommonJS bundle as the default export.
const { rrulestr } =
  (rruleNamespace as typeof rruleNamespace & { default?: typeof rruleNamespace }).default ?? rruleNamespace;

const rrule = engine({
  name: "rrule (UTC)",
  parse: (text) => rrulestr(text),
  expand: (set, fromMs, toMs) => set.between(new Date(fromMs), new Date(toMs), true),
  instants: (dates) => dates.map((date) => date.getTime()),
  isUtc: true,
});

function rust({ RRuleSet, DateTime }: RustLibrary): Engine {
  const utcTime = (ms: number) => {
    const date = new Date(ms);
    const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
    return DateTime.utc(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), hour, minute, second);
  };
  return engine({
    name: "rrule-rust",
    parse(text) {
      const set = RRuleSet.fromString(text);
      set.cache.disable();
      return set;
    },
    expand: (set, fromMs, toMs) => set.between(utcTime(fromMs), utcTime(toMs), true),
    // It answers in local time.
    instants: (times) =>
      times.map(({ year, month, day, time }) =>
        zoneOf("America/New_York").toUtc(Date.UTC(year, month - 1, day, time.hour, time.minute, time.second)),
      ),
  });
}

const newYork = `BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
END:VCALENDAR`.replaceAll("\n", "\r\n");

function ical(): Engine {
  const calendar = new ICAL.Component(ICAL.parse(newYork) as string[]);
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone") ?? calendar);
  return engine({
    name: "ical.js",
    parse(text) {
      const [startLine = "", ruleLine = ""] = text.split("\n");
      const start = ICAL.Time.fromString(iso(startLine.slice(startLine.indexOf(":") + 1)), undefined as never);
      start.zone = zone;
      return { start, recur: ICAL.Recur.fromString(ruleLine.slice(6)) };
    },
    expand({ start, recur }, fromMs, toMs) {
      const found: number[] = [];
      const iterator = recur.iterator(start);
      for (let next = iterator.next(); next; next = iterator.next()) {
        const ms = next.toUnixTime() * 1000;
        if (ms > toMs) {
          break;
        }
        if (ms >= fromMs) {
          found.push(ms);
        }
      }
      return found;
    },
    instants: (found) => found,
  });
}

function iso(text: string): string {
  return text.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6");
}

/** Ours first; rrule-rust where its native module is there. */
export async function engines(): Promise<[Engine, ...Engine[]]> {
  const others = [temporal];
  try {
    others.push(rust((await import(rustLibrary)) as RustLibrary));
  } catch {
    process.stdout.write("rrule-rust is not installed here and is left out\n"); // It has no build for every platform.
  }
  return [ours, ...others, ical(), rrule];
}
