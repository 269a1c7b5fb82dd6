import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../../test/_case.ts";
import { hostOf } from "../../test/_engine.ts";
import { busy, calendar, clock, hourMs, minuteMs, nine, workday } from "../../test/_example.ts";
import { hold } from "../../test/_laws.ts";
import { cases } from "../../test/_worlds.ts";
import type { Busy } from "./world.ts";
import { availableWindows, restOfWindows, takenTime, unavailableWindows } from "./windows.ts";

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

  test("of available times are what is left of each in the span", () => {
    const windows = [opening("a", 0, 120), opening("b", 120, 180)];
    expect(rest(windows, [busy(30, 60), busy(40, 70), busy(100, 130)])).toEqual([
      "a 09:00-09:30",
      "a 10:10-10:40",
      "b 11:10-12:00",
    ]);
    expect(rest(windows, [busy(0, 200)])).toEqual([]);
    expect(rest(windows, [], { fromMs: nine + 15 * minuteMs, toMs: nine + 150 * minuteMs })).toEqual([
      "a 09:15-11:00",
      "b 11:00-11:30",
    ]);
  });

  test("of available times that overlap are told once, with the one that begins first", () => {
    const windows = [opening("a", 0, 480), opening("b", 30, 180), opening("c", 420, 540)];
    expect(rest(windows, [busy(60, 120)])).toEqual(["a 09:00-10:00", "a 11:00-17:00", "c 17:00-18:00"]);
  });

  test("of available times are, minute by minute, all that is left of any, by start and apart", () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: -60, max: 300 }), fc.integer({ min: 1, max: 200 })), {
      maxLength: 6,
    });
    const law = ([openings, taken, [from, length]]: [[number, number][], [number, number][], [number, number]]) => {
      const windows = openings.map(([start, long], index) => opening(`${index}`, start, start + long));
      windows.sort((a, b) => a.startMs - b.startMs);
      const blocked = taken.map(([start, long]) => busy(start, start + long)).toSorted((a, b) => a.startMs - b.startMs);
      const span = { fromMs: nine + from * minuteMs, toMs: nine + (from + length) * minuteMs };
      const left = restOfWindows(windows, blocked, span);
      const holds = (ms: number) => (one: { startMs: number; endMs: number }) => one.startMs <= ms && ms < one.endMs;
      const wrong: string[] = [];
      for (let ms = nine - 2 * hourMs; ms < nine + 12 * hourMs; ms += minuteMs) {
        const isLeft = ms >= span.fromMs && ms < span.toMs && windows.some(holds(ms)) && !blocked.some(holds(ms));
        const told = left.filter(holds(ms));
        if (told.length !== (isLeft ? 1 : 0) || !told.every(({ window }) => holds(ms)(window))) {
          wrong.push(clock(ms));
        }
      }
      expect(wrong).toEqual([]);
      expect(left).toEqual(left.toSorted((a, b) => a.startMs - b.startMs));
    };
    const one = fc.tuple(fc.integer({ min: -60, max: 300 }), fc.integer({ min: 1, max: 400 }));
    hold(fc.tuple(spans, spans, one), law, 0.05);
  });
});

function opening(id: string, from: number, to: number) {
  return { id, startMs: nine + from * minuteMs, endMs: nine + to * minuteMs };
}

/** What is left of openings, as "id from-to". */
function rest(windows: readonly ReturnType<typeof opening>[], blocked: readonly Busy[], span = day): string[] {
  return restOfWindows(windows, blocked, span).map((one) => `${one.window.id} ${read([one])[0]}`);
}

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
