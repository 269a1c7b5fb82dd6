import { describe, expect, test } from "vitest";
import { parseContent } from "../src/content.ts";
import { compile, InvalidRuleError, parseRule } from "../src/index.ts";
import { normalizeSet } from "../src/normalize.ts";

const start = "DTSTART;TZID=America/New_York:20260101T090000";

/** What readers trim, split at or overlook, each in their own way. */
const odd = ["\r", "\t", " ", "\v", "\f", "\0", "\u001C", "\u007F", "\u0085", "\u00A0", "\u2028", "\u2029", "\uFEFF"];

describe("no reader of a text sees another set than the engine", () => {
  const places: readonly (readonly [about: string, text: (character: string) => string])[] = [
    ["before a rule", (c) => `${start}\nRRULE:${c}FREQ=DAILY;COUNT=2`],
    ["behind a rule", (c) => `${start}\nRRULE:FREQ=DAILY;COUNT=2${c}`],
    ["before a part's name", (c) => `${start}\nRRULE:FREQ=DAILY;${c}COUNT=2`],
    ["behind a part's name", (c) => `${start}\nRRULE:RSCALE${c}=CHINESE;FREQ=DAILY;COUNT=2`],
    ["before a part's value", (c) => `${start}\nRRULE:FREQ=${c}DAILY;COUNT=2`],
    ["behind a part's value", (c) => `${start}\nRRULE:FREQ=DAILY${c};COUNT=2`],
    ["between the items of a list", (c) => `${start}\nRRULE:FREQ=DAILY;BYHOUR=9,${c}10;COUNT=2`],
    ["before a line", (c) => `${c}${start}\nRRULE:FREQ=DAILY;COUNT=2`],
    ["behind a line's name", (c) => `${start}\nRRULE${c}:FREQ=DAILY;COUNT=2`],
    ["before a parameter", (c) => `DTSTART;${c}TZID=America/New_York:20260101T090000`],
    ["behind a parameter's name", (c) => `DTSTART;TZID${c}=America/New_York:20260101T090000`],
    ["before a parameter's value", (c) => `DTSTART;VALUE=${c}DATE-TIME:20260101T090000Z`],
    ["before a date", (c) => `${start}\nRDATE:${c}20260103T140000Z`],
    ["between dates", (c) => `${start}\nEXDATE:20260103T140000Z,${c}20260104T140000Z`],
    ["before a period", (c) => `${start}\nRDATE;VALUE=PERIOD:${c}20260103T140000Z/PT1H`],
  ];
  test.each(places)("a blank or control character %s is refused", (_about, textWith) => {
    expect(() => compile(textWith(""))).not.toThrow();
    for (const character of odd) {
      expect([character, errorOf(() => compile(textWith(character)))]).toEqual([
        character,
        expect.any(InvalidRuleError),
      ]);
    }
  });

  test("a letter that becomes another in upper case is refused", () => {
    expect(errorOf(() => parseRule("FREQ=\u017FECONDLY"))).toBeInstanceOf(InvalidRuleError);
    expect(errorOf(() => parseRule("FREQ=DA\u0131LY"))).toBeInstanceOf(InvalidRuleError);
  });

  test("a parameter without a value is refused", () => {
    expect(errorOf(() => compile("DTSTART;TZID:20260101T090000"))).toBeInstanceOf(InvalidRuleError);
    expect(errorOf(() => compile("DTSTART;:20260101T090000"))).toBeInstanceOf(InvalidRuleError);
  });
});

const expected = [Date.UTC(2026, 0, 1, 14), Date.UTC(2026, 0, 2, 14)];
test.each([
  ["lower case", "dtstart;tzid=america/new_york:20260101t090000\nrrule:freq=daily;count=2"],
  ["CRLF, and an end behind the last line", `${start}\r\nRRULE:FREQ=DAILY;COUNT=2\r\n`],
  ["LF, and empty lines", `\n${start}\n\n\nRRULE:FREQ=DAILY;COUNT=2\n`],
  ["lines folded with a space", "DTSTART;TZID=America/\n New_York:20260101T090000\nRRULE:FREQ=DA\n ILY;COUNT=2"],
  [
    "lines folded with CRLF and a tab",
    "DTSTART;TZID=America/New_York:20260101T090000\r\nRRULE:FREQ=DAILY;CO\r\n\tUNT=2",
  ],
  [
    "a quoted zone, other parameters",
    'DTSTART;X-A="a;b:c";TZID="America/New_York":20260101T090000\nRRULE:FREQ=DAILY;COUNT=2',
  ],
  [
    "blanks in the name of a zone",
    "DTSTART;TZID=Eastern Standard Time:20260101T090000\nRRULE;X-B=c d:FREQ=DAILY;COUNT=2",
  ],
])("%s are read", (_about, text) => {
  expect([...compile(text).first(9)]).toEqual(expected);
  expect([...compile(normalizeSet(text)).first(9)]).toEqual(expected);
});

test("what a set says can be judged before it is compiled", () => {
  const text = `${start}\nRRULE:FREQ=SECONDLY;COUNT=5\nEXRULE:FREQ=DAILY\nRDATE:20260103T140000Z\nEXDATE:20260104T140000Z`;
  const content = parseContent(text);
  expect(content.start).toMatchObject({ zone: "America/New_York" });
  expect(content.rules).toMatchObject([{ freq: "SECONDLY", count: 5 }]);
  expect(content.exceptionRules).toMatchObject([{ freq: "DAILY" }]);
  expect([content.dates.length, content.exceptionDates.length]).toEqual([1, 1]);
});

function errorOf(ask: () => unknown): unknown {
  try {
    return void ask();
  } catch (error) {
    return error;
  }
}
