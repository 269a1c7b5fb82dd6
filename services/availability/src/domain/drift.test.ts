import { expect, test } from "vitest";
import { compareSpans, type BusySpan } from "./drift.ts";

function span(calendarId: string, hour: number, place?: string): BusySpan {
  const times = { startsAt: new Date(hour * 3_600_000), endsAt: new Date((hour + 1) * 3_600_000) };
  return { calendarId, ...times, ...(place === undefined ? {} : { place }) };
}

test.each([
  [
    "nothing where both have the same, in any order",
    [span("a", 1), span("b", 2)],
    [span("b", 2), span("a", 1)],
    0,
    0,
    0,
  ],
  ["a span that only the owner has as missing", [], [span("a", 1)], 1, 0, 0],
  ["a span that only the read model has as extra", [span("a", 1), span("b", 1)], [span("b", 1)], 0, 1, 0],
  ["a span at another time as one wrong", [span("a", 1)], [span("a", 2)], 0, 0, 1],
  ["a span at another place as one wrong", [span("a", 1, "home")], [span("a", 1, "office")], 0, 0, 1],
  ["no place and an empty one as the same", [span("a", 1)], [span("a", 1, "")], 0, 0, 0],
  ["a span on another calendar as one extra and one missing", [span("a", 1)], [span("b", 1)], 1, 1, 0],
  ["a second span of a calendar as extra, beside a wrong one", [span("a", 1), span("a", 3)], [span("a", 2)], 0, 1, 1],
])("counts %s", (_what, ours, theirs, missing, extra, wrong) => {
  expect(compareSpans(ours, theirs)).toEqual({ missing, extra, wrong });
});
