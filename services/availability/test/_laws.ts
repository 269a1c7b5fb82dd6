import fc from "fast-check";
import { afterAll, vi } from "vitest";

/** Laws are tried many times; a loaded machine takes its time. */
vi.setConfig({ testTimeout: 36_000_000 });

const fuzzRuns = process.env["FUZZ_RUNS"];
/** How often all laws are tried together; `npm run fuzz:slots` sets more. */
const allRuns = Number(fuzzRuns ?? 3_000);
let tried = 0;

afterAll(() => {
  if (fuzzRuns !== undefined) {
    process.stdout.write(`${tried} worlds tried\n`);
  }
});

/** Tries a law on random values, with a part of all runs. Answers with how many. */
export function hold<T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void, part: number): number {
  const numRuns = Math.ceil(allRuns * part);
  fc.assert(fc.property(arbitrary, law), { numRuns });
  tried += numRuns;
  return numRuns;
}
