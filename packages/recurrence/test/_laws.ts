import fc from "fast-check";
import { vi } from "vitest";
import { compile, type CompiledSet } from "../src/index.ts";
import type { Sample } from "./arbitraries.ts";

/** Laws are tried many times; a loaded machine takes its time. */
vi.setConfig({ testTimeout: 300_000 });

/** How often each law is tried; `npm run fuzz:recurrence` sets more. */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 10_000);
export const dayMs = 86_400_000;
/** More than any sample has. */
export const always = { limit: 1_000_000 };

export function compiled({ text, set }: Sample): CompiledSet {
  return compile(text, { gap: set.gap ?? "shift" });
}

/** Part of a sample's time, as two fractions of it. */
export const fractions: fc.Arbitrary<[number, number]> = fc.tuple(
  fc.double({ min: -0.1, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

export function windowOf({ set, untilLocalMs }: Sample, [a, b]: readonly [number, number]): [number, number] {
  const span = untilLocalMs - set.startMs;
  const from = Math.round(set.startMs + a * span);
  return [from, Math.round(from + b * (set.startMs + span - from))];
}

/** Tries a law on random values, or by a part of the usual runs where each takes long. */
export function hold<T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void, part = 1): void {
  fc.assert(fc.property(arbitrary, law), { numRuns: Math.ceil(numRuns * part) });
}
