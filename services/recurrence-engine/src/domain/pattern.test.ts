import { describe, expect, test } from "vitest";
import { compilePattern, cutBefore, endDateOf, endOn, lastStart, readPattern, type Pattern } from "./pattern.ts";

function read(changes: Partial<Pattern> & { endDate?: string }): Pattern {
  const draft = {
    localStart: "2027-01-01T19:00:00",
    timeZone: "Europe/Berlin",
    durationMs: 3_600_000,
    rule: "FREQ=DAILY",
  };
  return readPattern({ ...draft, extraLines: "", gap: "shift", allDay: false, endDate: "", ...changes });
}

function starts(pattern: Pattern): string[] {
  return Array.from(compilePattern(pattern).first(9), (ms) => new Date(ms).toISOString().slice(0, 13));
}

describe("cutBefore", () => {
  const at = (text: string) => Date.parse(text);

  test("ends an endless rule, and one with COUNT, a second before", () => {
    const cut = cutBefore(read({ rule: "FREQ=DAILY;COUNT=5" }), at("2027-01-03T18:00:00Z"));
    expect(cut.rule).toBe("FREQ=DAILY;UNTIL=20270103T175959Z");
    expect(starts(cut)).toEqual(["2027-01-01T18", "2027-01-02T18"]);
  });

  test("leaves a rule alone that has ended before, and drops further dates from there on", () => {
    const extraLines = "RDATE;TZID=Europe/Berlin:20270201T100000,20270301T100000\nEXDATE:20270102T180000Z";
    const cut = cutBefore(read({ rule: "FREQ=DAILY;COUNT=3", extraLines }), at("2027-03-01T09:00:00Z"));
    expect(cut.rule).toBe("FREQ=DAILY;COUNT=3");
    expect(starts(cut)).toEqual(["2027-01-01T18", "2027-01-03T18", "2027-02-01T09"]);
  });

  test("before the first date leaves nothing", () => {
    const cut = cutBefore(read({}), at("2027-01-01T18:00:00Z"));
    expect(starts(cut)).toEqual([]);
    expect(lastStart(cut)).toBe(Number.NEGATIVE_INFINITY);
  });
});

test("an end date is the end of that day in the zone, in summer and in winter", () => {
  expect(read({ endDate: "2027-01-31" }).rule).toBe("FREQ=DAILY;UNTIL=20270131T225959Z");
  expect(read({ endDate: "2027-07-31", timeZone: "America/New_York" }).rule).toBe("FREQ=DAILY;UNTIL=20270801T035959Z");
  expect(() => read({ endDate: "2027-02-30" })).toThrow("2027-02-30");
});

test.each([
  ["FREQ=DAILY;COUNT=3", "2027-01-03"],
  ["FREQ=DAILY;UNTIL=20270110T225959Z", "2027-01-10"],
  ["FREQ=DAILY;UNTIL=20270110T230000Z", "2027-01-11"],
  ["FREQ=DAILY", null],
])("%s ends on %s", (rule, date) => {
  expect(endDateOf(read({ rule }))).toBe(date);
});

test("endOn takes the place of COUNT and UNTIL", () => {
  expect(endOn(read({ rule: "FREQ=DAILY;COUNT=3;INTERVAL=2" }), "2027-02-01").rule).toBe(
    "FREQ=DAILY;UNTIL=20270201T225959Z;INTERVAL=2",
  );
  expect(endOn(read({ rule: "FREQ=DAILY;UNTIL=20270110T230000Z" }), "").rule).toBe("FREQ=DAILY");
});

test("equal patterns are equal texts", () => {
  const one = read({ rule: "interval=1;freq=daily;wkst=mo", extraLines: "EXDATE:20270105T190000,20270103T190000" });
  const two = read({
    extraLines: "EXDATE;TZID=Europe/Berlin:20270103T190000\r\nEXDATE;TZID=Europe/Berlin:202701\r\n 05T190000\n",
  });
  expect(one).toEqual(two);
});

test("a zone is one of IANA's, written as IANA writes it; others are refused by name", () => {
  expect(read({ timeZone: "america/new_york" }).timeZone).toBe("America/New_York");
  for (const timeZone of ["CAT", "IST", "US/Pacific-New", "Mars/Olympus"]) {
    expect(() => read({ timeZone })).toThrow(`unknown time zone: ${timeZone}`);
  }
});
