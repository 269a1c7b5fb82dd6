import { compile, InvalidRuleError } from "@calends/recurrence";
import { expect, test } from "vitest";
import { isLightCount, isLightDraft, isLightRuleText, isLightSet } from "./cost.ts";

test.each([
  "FREQ=WEEKLY;BYDAY=MO,WE",
  "freq=weekly;interval=2;until=20300101t000000z",
  "FREQ=DAILY;COUNT=200",
  "FREQ=MONTHLY;BYDAY=-1FR;COUNT=24",
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  "FREQ=YEARLY;COUNT=10",
  "FREQ=MINUTELY;INTERVAL=15",
  "refused as soon as it is read",
])("what people say is worked out at once: %s", (rule) => {
  expect(isLightRuleText(rule)).toBe(true);
});

test.each([
  "FREQ=DAILY;COUNT=257",
  "FREQ=YEARLY;COUNT=11",
  "FREQ=YEARLY;INTERVAL=11;COUNT=1",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=100",
  "FREQ=MINUTELY;BYHOUR=9",
  "FREQ=SECONDLY;COUNT=1000000",
  "RSCALE=HEBREW;FREQ=YEARLY",
  "FREQ=YEARLY;BYDAY=MO;BYSETPOS=200",
  `FREQ=DAILY;BYMINUTE=${Array.from({ length: 60 }, (_, i) => i).join(",")}`,
])("what may take long goes to another thread: %s", (rule) => {
  expect(isLightRuleText(rule)).toBe(false);
});

const start = "DTSTART:20260101T000000Z\n";

test("a set is light with one light rule, folded or not, and few dates", () => {
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nRDATE:20260101T000000Z`)).toBe(true);
  expect(isLightSet(`${start}RRULE:FREQ=SECONDLY;COU\r\n NT=1000000`)).toBe(false);
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY`)).toBe(false);
  expect(isLightSet(`${start}RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY`)).toBe(false);
  expect(isLightSet(`${start}RDATE:${"20260101T000000Z,".repeat(600)}`)).toBe(false);
  expect(isLightCount(`${start}RRULE:FREQ=DAILY;UNTIL=99981231T000000Z`)).toBe(false);
});

const heavy = "FREQ=SECONDLY;INTERVAL=86399;BYMINUTE=0,1,2;COUNT=100000";
test.each([
  `RRULE:\r${heavy}`,
  `RRULE:\u2028${heavy}`,
  `RRULE:\u00a0${heavy}`,
  "RRULE:RSCALE =CHINESE;FREQ=YEARLY;BYMONTH=12L;BYMONTHDAY=30",
  "RRULE:FREQ=DAILY;\rCOUNT=1000000;BYMONTHDAY=31;BYDAY=MO",
  "RRULE:FREQ=DAILY;COUNT =1000000;BYMONTHDAY=31;BYDAY=MO",
  "RRULE:FREQ= SECONDLY;BYSECOND=1,2,3;COUNT=1000000",
  `RRULE;X-A="a:b":${heavy}`,
  `RRULE:RRULE:${heavy}`,
  "EXRULE;X-A=1:FREQ=SECONDLY",
  "\u2028EXRULE:FREQ=SECONDLY",
  `DURATION:PT1H\rRRULE:${heavy}\nRRULE;X="${heavy}":${heavy}`,
])("a heavy rule is refused or known to be heavy, however it is written: %j", (line) => {
  const text = `DTSTART;TZID=Europe/Berlin:20260101T000000\n${line}`;
  const isRefused = (() => {
    try {
      compile(text);
      return false;
    } catch (error) {
      return error instanceof InvalidRuleError;
    }
  })();
  expect(isLightSet(text)).toBe(isRefused);
});

test("dates in many years of a zone are heavy, in a few years or in UTC they are light", () => {
  const dates = (years: number, end: string) =>
    Array.from(
      { length: 250 },
      (_, i) => `${1600 + (i % years)}0101T0000${String(i % 60).padStart(2, "0")}${end}`,
    ).join();
  const inZone = "DTSTART;TZID=Europe/Berlin:20260101T000000\n";
  expect(isLightSet(`${inZone}RDATE;TZID=Europe/Berlin:${dates(250, "")}`)).toBe(false);
  expect(isLightSet(`${inZone}RDATE;TZID=Europe/Berlin:${dates(10, "")}`)).toBe(true);
  expect(isLightSet(`${inZone}EXDATE:${dates(250, "Z")}`)).toBe(true);
  const zones = ["Asia/Tokyo", "Asia/Seoul", "Asia/Dubai", "Asia/Baku"];
  expect(isLightSet(inZone + zones.map((zone) => `RDATE;TZID=${zone}:${dates(5, "")}`).join("\n"))).toBe(false);
});

test("periods in a zone, whose length is found when they are read, go to another thread as soon as there are many", () => {
  const periods = (count: number, end = "") =>
    Array.from({ length: count }, (_, i) => `${1500 + i}0101T000000${end}/${1501 + i}0101T000000${end}`).join();
  const lines = (values: string) => `RDATE;VALUE=PERIOD;TZID=Asia/Tbilisi:${values}`;
  expect(isLightSet(`${start}${lines(periods(9))}`)).toBe(false);
  expect(isLightSet(`${start}${lines(periods(9).replaceAll("/", "\n /"))}`)).toBe(false);
  expect(isLightSet(`${start}${lines(periods(8))}`)).toBe(true);
  expect(isLightSet(`${start}${lines(periods(100, "Z"))}`)).toBe(true);
  expect(isLightDraft({ rule: "FREQ=DAILY", extraLines: lines(periods(9)) })).toBe(false);
});

test("a pattern is light with a light rule and extra dates in few years", () => {
  const draft = (extraLines: string, rule = "FREQ=DAILY") => isLightDraft({ rule, extraLines });
  expect(draft("")).toBe(true);
  expect(draft("", heavy)).toBe(false);
  expect(draft("EXDATE:20260101T000000,20260102T000000\nRDATE;TZID=Asia/Tokyo:20260601T000000")).toBe(true);
  expect(draft("EXDATE;VALUE=DATE:20260101")).toBe(true);
  expect(draft(`EXDATE:${Array.from({ length: 40 }, (_, i) => `${1900 + i}0101T000000`).join()}`)).toBe(false);
  expect(draft(`EXDATE;VALUE=DATE:${Array.from({ length: 40 }, (_, i) => `${1900 + i}0101`).join()}`)).toBe(false);
});
