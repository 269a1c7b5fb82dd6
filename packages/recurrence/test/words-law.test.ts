import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, describe as say, parseRule } from "../src/index.ts";
import { hold } from "./_laws.ts";
import { endlessRule, startMs, writeTime } from "./arbitraries.ts";

const locales = ["de", "en", "es", "fr", "ja", "pt"] as const;
const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"];

/** Rules that differ from one in a part: without it, with fewer of its values, by another frequency, in what counts. */
function neighboursOf(rule: string): string[] {
  const parts = rule.split(";");
  const others = (index: number, part: string) => parts.map((own, i) => (i === index ? part : own)).filter(Boolean);
  const changed = parts.flatMap((part, index) => {
    const [name = "", value = ""] = part.split("=");
    const values = value.split(",");
    return [
      ...(name === "FREQ" ? frequencies.map((freq) => others(index, `FREQ=${freq}`)) : [others(index, "")]),
      ...(values.length > 1 ? [others(index, `${name}=${values.slice(1).join()}`)] : []),
      ...(name === "BYMONTHDAY" ? [others(index, `BYYEARDAY=${value}`)] : []),
      ...(name === "BYDAY" ? daysOtherwise(values).map((days) => others(index, days)) : []),
      ...(name === "WKST" ? [others(index, "WKST=SU"), others(index, "WKST=TH")] : []),
    ];
  });
  return [
    ...changed,
    [...parts, "BYMONTH=1,7"],
    [...parts, "BYDAY=MO"],
    [...parts, "BYDAY=1MO"],
    [...parts, "BYMINUTE=0"],
  ]
    .map((list) => list.join(";"))
    .filter((text) => text !== rule && isLegal(text));
}

/** The same weekdays with and without ordinals, as BYDAY and as BYSETPOS have them. */
function daysOtherwise(values: readonly string[]): string[] {
  const plain = [...new Set(values.map((day) => day.slice(-2)))].join();
  return [
    `BYDAY=${plain}`,
    `BYDAY=${plain};BYSETPOS=1`,
    `BYDAY=${plain};BYSETPOS=-1`,
    `BYDAY=1${values[0]?.slice(-2) ?? ""}`,
  ];
}

function isLegal(text: string): boolean {
  try {
    return parseRule(text).freq !== undefined;
  } catch {
    return false;
  }
}

test("two rules are described alike only where their first 50 dates are equal", () => {
  hold(
    fc.tuple(endlessRule, startMs),
    ([rule, start]) => {
      const rules = [rule, ...neighboursOf(rule)];
      const dates = new Map<string, string>();
      const datesOf = (text: string) => {
        const known =
          dates.get(text) ??
          compile(`DTSTART:${writeTime(start)}\nRRULE:${text}`)
            .first(50)
            .join();
        dates.set(text, known);
        return known;
      };
      for (const options of [{}, { localStartMs: start }]) {
        for (const locale of locales) {
          const first = new Map<string, string>();
          for (const text of rules) {
            const words = say(text, locale, options);
            const like = first.get(words) ?? text;
            first.set(words, like);
            expect(like === text || datesOf(like) === datesOf(text) ? "alike" : { words, like, text }).toBe("alike");
          }
        }
      }
    },
    0.03,
  );
});
