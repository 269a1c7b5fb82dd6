import { describe, expect, test } from "vitest";
import type { Case } from "../../test/_case.ts";
import { hostOf } from "../../test/_engine.ts";
import { busy, calendar, clock, hourMs, minuteMs, nine, workday } from "../../test/_example.ts";
import { hold } from "../../test/_laws.ts";
import { cases } from "../../test/_worlds.ts";
import { availableWindows, restOf, takenTime, unavailableWindows } from "./windows.ts";

const day = { fromMs: nine - 9 * hourMs, toMs: nine + 15 * hourMs };
const morning = { fromMs: nine, toMs: nine + 3 * hourMs };

/** Spans on the clock. */
function read(spans: readonly { readonly startMs: number; readonly endMs: number }[]): string[] {
  return spans.map(({ startMs, endMs }) => `${clock(startMs)}-${clock(endMs)}`);
}

function pairs(flat: Float64Array): string[] {
  return Array.from(
    { length: flat.length / 2 },
    (_, index) => `${clock(flat[2 * index] ?? 0)}-${clock(flat[2 * index + 1] ?? 0)}`,
  );
}

describe("unavailable windows", () => {
  const lunch = { startMs: nine + 3 * hourMs, endMs: nine + 4 * hourMs, source: "break" as const, name: "Lunch" };
  const host = calendar({
    busy: [busy(0, 60), busy(30, 240, { source: "external", sourceId: "google" })],
    closures: [lunch],
  });

  test("are each record's own, with its source, by start; what overlaps stays apart", () => {
    const found = unavailableWindows(host, day).map(({ source, sourceId, name }) => [source, sourceId, name].join(" "));
    expect(found).toEqual(["booking b1 ", "external google ", "break  Lunch"]);
    expect(read(unavailableWindows(host, day))).toEqual(["09:00-10:00", "09:30-13:00", "12:00-13:00"]);
  });

  test("are those that overlap the span, whole; what touches it is not among them", () => {
    const span = { fromMs: nine + hourMs, toMs: nine + 2 * hourMs };
    expect(read(unavailableWindows(host, span))).toEqual(["09:30-13:00"]);
  });
});

describe("available windows", () => {
  test("are what is left of the hours in the span", () => {
    const host = calendar({ busy: [busy(-30, 60), busy(90, 120), busy(100, 150)] });
    expect(read(availableWindows(host, day))).toEqual(["10:00-10:30", "11:30-17:00"]);
    expect(read(availableWindows(host, morning))).toEqual(["10:00-10:30", "11:30-12:00"]);
  });

  test("of one available time are what is left of it", () => {
    const opening = { fromMs: nine, toMs: nine + 2 * hourMs };
    expect(read(restOf(opening, [busy(30, 60)], day))).toEqual(["09:00-09:30", "10:00-11:00"]);
    expect(read(restOf(opening, [busy(0, 120)], day))).toEqual([]);
  });
});

test("what is taken is what is busy and what is outside of the hours", () => {
  const host = calendar({ ranges: [workday], busy: [busy(420, 540)] });
  const { taken, outside } = takenTime(host, day);
  expect(pairs(outside)).toEqual(["00:00-09:00", "17:00-00:00"]);
  expect(pairs(taken)).toEqual(["00:00-09:00", "16:00-00:00"]);
});

test("every minute is either in an available window or taken", () => {
  const law = (question: Case) => {
    for (const host of question.groups.flatMap(({ calendars }) => calendars).map((one) => hostOf(one, question))) {
      const span = { fromMs: question.fromMs, toMs: question.fromMs + 1000 * minuteMs };
      const free = availableWindows(host, span);
      const { taken } = takenTime(host, span);
      for (let ms = span.fromMs; ms < span.toMs; ms += 13 * minuteMs) {
        const isFree = free.some(({ startMs, endMs }) => startMs <= ms && ms < endMs);
        const isTaken = taken.some((start, index) => index % 2 === 0 && start <= ms && ms < (taken[index + 1] ?? 0));
        expect(isFree).toBe(!isTaken);
      }
    }
  };
  hold(cases, law, 0.01);
});
