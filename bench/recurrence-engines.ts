import { createRequire } from "node:module";
import { compile } from "@calends/recurrence";
import ICAL from "ical.js";
import * as rruleNamespace from "rrule";
import { RRuleTemporal } from "rrule-temporal";
import { expandByHand, readByHand } from "./recurrence-floor.ts";

/** A recurrence engine under measurement. `expand` gives whatever it gives; `instants` reads it, untimed. */
export interface Engine {
  readonly name: string;
  /** Undefined where the engine has nothing for a set. */
  parse(text: string): unknown;
  expand(set: never, fromMs: number, toMs: number): unknown;
  instants(answer: never): readonly number[];
  /** Whether it is asked in UTC. */
  readonly isUtc?: boolean;
}

/** An engine with types of its own, as one among others. */
function engine<S, A>(of: {
  name: string;
  parse: (text: string) => S | undefined;
  expand: (set: S, fromMs: number, toMs: number) => A;
  instants: (answer: A) => readonly number[];
  isUtc?: boolean;
}): Engine {
  return of;
}

export const ours = engine({
  name: "calends",
  parse: (text) => compile(text),
  expand: (set, fromMs, toMs) => set.between(fromMs, toMs).starts,
  instants: (starts) => [...starts],
});

const floor = engine({
  name: "by hand",
  parse: readByHand,
  expand: expandByHand,
  instants: (found) => found,
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

function rrule(name: string, isUtc: boolean): Engine {
  return engine({
    name,
    isUtc,
    parse: (text) => rrulestr(text),
    expand: (set, fromMs, toMs) => set.between(new Date(fromMs), new Date(toMs), true),
    instants: (dates) => dates.map((date) => date.getTime()),
  });
}

/** Its kernel is a native module, or WebAssembly where no native one is to be had; nothing is reused between calls. */
async function rust(): Promise<Engine> {
  const { DateTime, RRuleSet } = await import("rrule-rust");
  return engine({
    name: "rrule-rust",
    parse(text) {
      const set = RRuleSet.fromString<ReturnType<typeof DateTime.fromTimestamp>>(text);
      set.cache.disable();
      return set;
    },
    expand: (set, fromMs, toMs) => set.between(DateTime.fromTimestamp(fromMs), DateTime.fromTimestamp(toMs), true),
    instants: (times) => times.map((time) => time.toTimestamp()),
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

/** It has no windows: one iterates from the start. */
function ical(): Engine {
  const calendar = new ICAL.Component(ICAL.parse(newYork) as string[]);
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone") ?? calendar);
  return engine({
    name: "ical.js",
    parse(text) {
      const [startLine = "", ruleLine = ""] = text.split("\n");
      const start = ICAL.Time.fromString(iso(startLine.slice(startLine.indexOf(":") + 1)), undefined as never);
      start.zone = zone;
      return { start, recur: ICAL.Recur.fromString(ruleLine.slice("RRULE:".length)) };
    },
    expand({ start, recur }, fromMs, toMs) {
      const found: number[] = [];
      const iterator = recur.iterator(start);
      for (let next = iterator.next(); next; next = iterator.next()) {
        const ms = next.toUnixTime() * 1000;
        if (ms >= toMs) {
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

/** Every engine, by the name of its column. */
export const engines: Readonly<Record<string, () => Engine | Promise<Engine>>> = {
  calends: () => ours,
  "by hand": () => floor,
  "rrule-temporal": () => temporal,
  "rrule-rust": rust,
  "rrule, UTC": () => rrule("rrule, UTC", true),
  "rrule, zone": () => rrule("rrule, zone", false),
  "ical.js": ical,
};

/** The packages compared and their versions, for the table's caption. */
export function versions(): string {
  const require = createRequire(import.meta.url);
  const { dependencies } = require("./package.json") as { dependencies: Record<string, string> };
  return ["rrule-temporal", "rrule-rust", "rrule", "ical.js"].map((name) => `${name} ${dependencies[name]}`).join(", ");
}
