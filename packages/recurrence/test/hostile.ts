import fc from "fast-check";
import { sample } from "./arbitraries.ts";

const start = fc.constantFrom(
  "DTSTART:20260101T090000Z",
  "DTSTART:20260101T090000",
  "DTSTART;TZID=America/New_York:20260308T023000",
  "DTSTART;VALUE=DATE:20240229",
  "DTSTART;TZID=Pacific/Apia:19000101T000000",
  "DTSTART;TZID=Europe/London:99991231T235959",
  "DTSTART:00010101T000000",
);

const numbers = fc.oneof(
  fc.integer({ min: -60, max: 60 }),
  fc.constantFrom(0, 366, 367, 90_061, 999_999, 1_000_000_000, 1e12),
);
const value = fc.oneof(
  numbers.map(String),
  fc.array(numbers, { minLength: 1, maxLength: 5 }).map((list) => list.join()),
  fc.constantFrom(
    "MO",
    "1MO",
    "-53FR",
    "MO,TU",
    "54MO",
    "XX",
    "",
    "20270101T000000Z",
    "20270101",
    "GREGORIAN",
    "HEBREW",
    "CHINESE",
    "PERSIAN",
    "5L,6",
    "BACKWARD",
  ),
);
const names =
  "INTERVAL COUNT UNTIL BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS WKST RSCALE SKIP BYEASTER X";
const name = fc.constantFrom(...names.split(" "));
const frequency = fc.constantFrom("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "NEVER");

/** Rules made of known parts with values that may not fit them. */
const patched = fc
  .tuple(start, frequency, fc.array(fc.tuple(name, value), { maxLength: 5 }))
  .map(([line, freq, parts]) => `${line}\nRRULE:FREQ=${freq}${parts.map(([n, v]) => `;${n}=${v}`).join("")}`);

/** Rules whose parts are each allowed and rarely or never meet. */
const sparse = fc
  .tuple(
    start,
    fc.constantFrom("YEARLY", "MONTHLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"),
    fc.constantFrom(1, 2, 7, 24, 60, 86_399, 86_400, 90_061, 604_800, 999_999_937),
    fc.constantFrom(
      "BYMONTH=2;BYMONTHDAY=30",
      "BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
      "BYMONTH=4;BYMONTHDAY=31",
      "BYMONTHDAY=31",
      "",
    ),
    fc.constantFrom("BYHOUR=8", "BYHOUR=8;BYMINUTE=7;BYSECOND=6", ""),
    fc.constantFrom("BYSETPOS=2", "BYSETPOS=-366", "COUNT=300", "COUNT=1000000", ""),
    fc.constantFrom("", "", "", "RSCALE=HEBREW;SKIP=FORWARD", "RSCALE=CHINESE", "RSCALE=INDIAN;SKIP=BACKWARD"),
  )
  .map(([line, freq, interval, days, times, end, scale]) =>
    `${line}\nRRULE:FREQ=${freq};INTERVAL=${interval};${days};${times};${end};${scale}`.replaceAll(/;{2,}/g, ";"),
  );

const nearlyAll = (size: number) => fc.integer({ min: size / 2, max: size }).map((n) => [...Array(n).keys()].join());

/** Rules that name nearly every hour, minute or second, so that a period or a day of theirs has very many. */
const dense = fc
  .tuple(
    start,
    fc.constantFrom("YEARLY", "MONTHLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"),
    fc.constantFrom(1, 7, 1439, 7919, 43_201, 86_399),
    fc.subarray(["BYHOUR", "BYMINUTE", "BYSECOND"], { minLength: 1 }),
    fc.tuple(nearlyAll(24), nearlyAll(60), nearlyAll(60)),
    fc.constantFrom("BYDAY=MO,TU,WE,TH,FR,SA,SU", "BYDAY=MO", "BYMONTH=2", ""),
    fc.constantFrom("COUNT=300", "COUNT=100000", "COUNT=1000000", "UNTIL=99991231T000000Z", ""),
  )
  .map(([line, freq, interval, parts, [hours, minutes, seconds], days, end]) => {
    const lists = new Map(Object.entries({ BYHOUR: hours, BYMINUTE: minutes, BYSECOND: seconds }));
    const times = parts.map((part) => `${part}=${lists.get(part)}`).join(";");
    return `${line}\nRRULE:FREQ=${freq};INTERVAL=${interval};${times};${days};${end}`.replaceAll(/;{2,}/g, ";");
  });

/** A good set with a few characters changed. */
const mutated = fc
  .tuple(
    sample,
    fc.array(fc.tuple(fc.nat(200), fc.constantFrom("", ";", "=", ",", "-", "9", "0", "\n", ":", "Z", "/", '"')), {
      maxLength: 3,
    }),
  )
  .map(([{ text }, changes]) => {
    let changed = text;
    for (const [at, by] of changes) {
      const index = at % (changed.length + 1);
      changed = changed.slice(0, index) + by + changed.slice(index + 1);
    }
    return changed;
  });

/** Text that is no set, nearly one, or one that is hard to answer. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 5, arbitrary: fc.tuple(start, fc.string({ maxLength: 80 })).map((lines) => lines.join("\nRRULE:")) },
  { weight: 20, arbitrary: patched },
  { weight: 15, arbitrary: sparse },
  // Each of these takes as long as hundreds of the others.
  { weight: 1, arbitrary: dense },
  { weight: 10, arbitrary: mutated },
);
