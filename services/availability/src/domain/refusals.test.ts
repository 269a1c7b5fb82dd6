import { describe, expect, test } from "vitest";
import { createWorld, refusalsAt, type Busy, type SlotRules } from "./slots.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const noLimit = Number.POSITIVE_INFINITY;

describe("refusals", () => {
  const nine = Date.parse("2026-06-01T09:00:00Z");
  const ranges = [{ startMs: nine, endMs: nine + 8 * hourMs }];
  const half: SlotRules = {
    durationMs: 30 * minuteMs,
    stepMs: 30 * minuteMs,
    bufferBeforeMs: 0,
    bufferAfterMs: 0,
    minNoticeMs: 0,
    horizonMs: noLimit,
  };
  const at = (busy: Busy[], given: Partial<SlotRules>, startMs: number, nowMs = nine - dayMs) =>
    refusalsAt(createWorld(nowMs, ranges, busy), { ...half, ...given }, startMs).map(({ reason }) => reason);
  const busyAt = (startMs: number, source: string) => ({ startMs, endMs: startMs + hourMs, source, sourceId: "x" });

  test("name every reason, in the order of checks", () => {
    const late = nine + 8 * hourMs;
    expect(at([busyAt(late, "external"), busyAt(late, "booking")], { horizonMs: hourMs }, late)).toEqual([
      "CALENDAR_BUSY",
      "SLOT_TAKEN",
      "OUTSIDE_HOURS",
      "HORIZON",
    ]);
    expect(at([], { minNoticeMs: 2 * dayMs }, nine + minuteMs)).toEqual(["OFF_GRID", "NOTICE"]);
  });

  test("spare meetings that touch, and see those that only a buffer reaches", () => {
    const taken = [busyAt(nine + hourMs, "booking")];
    expect(at(taken, {}, nine + hourMs / 2)).toEqual([]);
    expect(at(taken, {}, nine + 2 * hourMs)).toEqual([]);
    expect(at(taken, { bufferAfterMs: minuteMs }, nine + hourMs / 2)).toEqual(["SLOT_TAKEN"]);
    expect(at(taken, { bufferBeforeMs: minuteMs }, nine + 2 * hourMs)).toEqual(["SLOT_TAKEN"]);
  });

  test("let notice and horizon be met to the millisecond", () => {
    expect(at([], { minNoticeMs: dayMs, horizonMs: dayMs }, nine)).toEqual([]);
    expect(at([], { minNoticeMs: dayMs }, nine, nine - dayMs + 1)).toEqual(["NOTICE"]);
    expect(at([], { horizonMs: dayMs }, nine, nine - dayMs - 1)).toEqual(["HORIZON"]);
  });
});
