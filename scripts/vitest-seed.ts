import fc from "fast-check";

/**
 * Property tests of the suite try the same values at every run, so that a red run is the fault of the change. With
 * FUZZ_RUNS they try new ones; FUZZ_SEED repeats a run.
 */
const usualSeed = 20_261_121;
const seed = process.env["FUZZ_SEED"] ?? (process.env["FUZZ_RUNS"] === undefined ? usualSeed : Date.now());
fc.configureGlobal({ seed: Number(seed) % 2 ** 31 });
