import { expect, test } from "vitest";
import { linkEndsAt, mayRenew, renewedEndsAt } from "./link-life.ts";

const now = new Date("2026-12-01T12:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

test("a link ends 30 days after its booking's end, one that was made anew after 7 days", () => {
  expect(linkEndsAt({ endsAt: now })).toEqual(new Date("2026-12-31T12:00:00Z"));
  expect(renewedEndsAt(now)).toEqual(new Date("2026-12-08T12:00:00Z"));
});

test.each<[string, number[], boolean]>([
  ["none yet", [], true],
  ["one a moment ago", [1], false],
  ["one 15 minutes ago", [15], true],
  ["three today", [1400, 700, 20], false],
  ["three, of which one was yesterday", [1441, 700, 20], true],
  ["one a moment ahead of this clock", [-1], false],
])("with %s, whether another link is mailed", (_name, minutes, may) => {
  expect(mayRenew(minutes.map(ago), now)).toBe(may);
});
