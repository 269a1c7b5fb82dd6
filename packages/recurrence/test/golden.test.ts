import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { describe as say } from "../src/index.ts";
import { parseText } from "../src/text.ts";

/** The shapes of rules that people have most, and the words for them, a line each; read through by people, not only printed. */
function golden(locale: string): (readonly [rule: string, words: string])[] {
  const path = fileURLToPath(new URL(`./golden/${locale}.txt`, import.meta.url));
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line) => {
    const [rule = "", words] = line.split("  ");
    return words === undefined ? [] : [[rule, words] as const];
  });
}

const locales = ["de", "en", "es", "fr", "ja", "pt"];

test.each(locales)("the commonest rules are said in people's words: %s", (locale) => {
  const expected = golden(locale);
  expect(expected.map(([rule]) => rule)).toEqual(golden("en").map(([rule]) => rule));
  expect(expected.length).toBeGreaterThanOrEqual(20);
  expect(expected.map(([rule]) => [rule, say(rule, locale)])).toEqual(expected);
});

test.each(golden("en"))("%s is read from the words %j", (rule, words) => {
  const parts = (text: string) => text.split(";").sort();
  expect(parts(parseText(words))).toEqual(parts(rule));
});
