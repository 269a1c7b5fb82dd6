import * as fc from "fast-check";
import { expect, test } from "vitest";
import { apply, event, fresh, now, settle, type Model } from "./_dates.ts";
import { conflictReason, nextTry, stepFor, toldOutcome } from "./recurring.ts";

const hourMs = 3_600_000;
const isBooked = { outcome: "booked", outcomeReason: "" };

function isActive({ booking }: Model): boolean {
  return booking?.status === "pending" || booking?.status === "confirmed";
}

/** Whatever happens to a date, in any order, with settling in between or not; and then it is settled. */
function afterAny(check: (model: Model, before: Model) => void): void {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      const before = events.reduce(apply, fresh);
      check(settle(before), before);
    }),
    { numRuns: 10_000 },
  );
}

test("a date has one booking in its life, whose version only grows", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      let model = settle(fresh);
      for (const happened of events) {
        const next = settle(apply(model, happened));
        expect(next.ids).toHaveLength(1);
        expect(next.booking?.version).toBeGreaterThanOrEqual(model.booking?.version ?? 0n);
        model = next;
      }
    }),
    { numRuns: 10_000 },
  );
});

test("a settled date is settled: once more does nothing while nothing happens", () => {
  afterAny((model) => {
    const again = settle(model);
    expect({ ...again, occurrence: { ...again.occurrence, tries: 0 } }).toEqual({
      ...model,
      occurrence: { ...model.occurrence, tries: 0 },
    });
  });
});

test("a date that is wanted and free is booked at its time, unless somebody cancelled or confirmed it", () => {
  afterAny((model, before) => {
    const { occurrence, booking } = model;
    const isOpen = before.isFree && before.occurrence.outcome !== "withdrawn" && occurrence.startsAt > now;
    if (occurrence.wanted !== "date" || !isOpen) {
      return;
    }
    const isOwn = booking?.status === "pending";
    const times = { startsAt: occurrence.startsAt, endsAt: occurrence.endsAt };
    expect(occurrence.outcome).toBe("booked");
    expect(booking).toMatchObject(isOwn ? times : { status: "confirmed" });
  });
});

test("a date that is skipped or cancelled with the series has no booking that stands", () => {
  afterAny((model) => {
    const isOff = model.occurrence.wanted === "skipped" || model.occurrence.wanted === "cancelled";
    // One that has begun stays as it is.
    expect(isOff && isActive(model) && (model.booking?.startsAt ?? now) > now).toBe(false);
  });
});

test("a date that the pattern no longer has keeps a confirmed booking, unless told otherwise, and no pending one", () => {
  afterAny((model, before) => {
    const { wanted, forced } = model.occurrence;
    if (wanted !== "dropped" || !isActive(before)) {
      return;
    }
    expect(isActive(model)).toBe(before.booking?.status === "confirmed" && !forced);
  });
});

test("what somebody cancelled by itself is not booked again by the series", () => {
  afterAny((model, before) => {
    const isWithdrawn = before.occurrence.outcome === "withdrawn" && before.occurrence.wanted === "date";
    expect(isWithdrawn && isActive(model)).toBe(false);
  });
});

test("what ended a date stays its outcome when the series changes or is cancelled later; a skip of the date itself is newer", () => {
  const withdrawn = apply(settle(fresh), { what: "withdraw" });
  const later = [{ what: "dropped", forced: true } as const, { what: "cancelled" } as const];
  for (const happened of later) {
    const { occurrence } = settle(apply(withdrawn, happened));
    expect(occurrence).toMatchObject({ outcome: "withdrawn", outcomeReason: "Ill" });
  }
  const skipped = settle(apply(withdrawn, { what: "skipped" }));
  expect(skipped.occurrence).toMatchObject({ outcome: "skipped", outcomeReason: "Manually skipped" });
  expect(settle(apply(skipped, { what: "cancelled" })).occurrence).toMatchObject({ outcome: "skipped" });
});

test("a placeholder whose date the series gives up has that outcome, with the series' reason", () => {
  const blocked = settle({ ...fresh, isFree: false });
  const outcomes = [
    [{ what: "skipped" } as const, "skipped", "Manually skipped"],
    [{ what: "cancelled" } as const, "cancelled", "Recurring series cancelled"],
    [{ what: "dropped", forced: false } as const, "dropped", "Recurring series changed"],
  ] as const;
  for (const [happened, outcome, outcomeReason] of outcomes) {
    expect(settle(apply(blocked, happened)).occurrence).toMatchObject({ outcome, outcomeReason });
  }
});

test("a date without a place says so, and is booked in the same row once there is one", () => {
  const blocked = settle({ ...fresh, isFree: false });
  expect(blocked.booking).toMatchObject({ status: "cancelled", cancellationReason: conflictReason });
  expect(blocked.occurrence.outcome).toBe("conflict");
  const booked = settle({ ...blocked, isFree: true });
  expect(booked.booking).toMatchObject({ id: blocked.booking?.id, status: "pending", cancellationReason: "" });
  expect(booked.occurrence.outcome).toBe("booked");
});

test("what has begun is neither moved, cancelled nor offered again", () => {
  const late = new Date(fresh.occurrence.startsAt.getTime() + hourMs / 2);
  const booked = settle(fresh);
  const skipped = apply(booked, { what: "skipped" });
  expect(stepFor(skipped.occurrence, booked.booking, late)).toEqual({ do: "nothing", told: isBooked });
  const moved = apply(booked, { what: "moved", byHours: 5 });
  expect(stepFor(moved.occurrence, booked.booking, late)).toEqual({ do: "nothing", told: isBooked });
  const blocked = settle({ ...fresh, isFree: false });
  expect(stepFor(blocked.occurrence, blocked.booking, late)).toEqual({
    do: "nothing",
    told: { outcome: "conflict", outcomeReason: conflictReason },
  });
  expect(nextTry(blocked.occurrence, late)).toBeNull();
});

test("a placeholder is looked at after a second, then ever more seldom, and at least every hour", () => {
  const pauses = Array.from({ length: 12 }, (_, tries) => {
    const next = nextTry({ ...fresh.occurrence, tries }, now);
    return (next?.getTime() ?? 0) - now.getTime();
  });
  expect(pauses[0]).toBe(1_000);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses.at(-1)).toBe(hourMs);
});

test("dropped and withdrawn dates are told as cancelled", () => {
  expect((["dropped", "withdrawn", "cancelled", "booked", "conflict", "skipped"] as const).map(toldOutcome)).toEqual([
    "cancelled",
    "cancelled",
    "cancelled",
    "booked",
    "conflict",
    "skipped",
  ]);
});
