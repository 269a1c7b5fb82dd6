import { setTimeout as delay } from "node:timers/promises";
import { passes } from "./checker/finding.ts";
import { execute, type Mutant } from "./mutant.ts";
import { mutants } from "./mutants.ts";
import { startParts, type Parts } from "./parts.ts";
import { runOn, type RunOptions } from "./run.ts";
import { openTap, type Tap } from "./tap.ts";

/** What became of a mutant. */
export interface Hunted {
  readonly name: string;
  readonly guard: string;
  /** The line that saw it; empty where none of those that had to did. */
  readonly caughtBy: string;
  /** All lines that failed. */
  readonly failed: readonly string[];
}

const noFaults = { processes: false, partitions: false, streams: false };

type HuntOptions = Pick<RunOptions, "seed" | "clients" | "onProgress"> & {
  readonly only: string;
  readonly seconds: number;
};

/**
 * Breaks one guard after the other under a short contended load, each in an organization of its own, and says which line of
 * the checker saw it. Before them comes a run with nothing broken, which has to pass: else a catch would mean nothing.
 */
export async function hunt(options: HuntOptions): Promise<Hunted[]> {
  options.onProgress("starting Postgres, NATS and the services");
  await using parts = await startParts(true);
  await using tap = await openTap(parts.nats.url);
  const nothing: Mutant = {
    name: "nothing broken",
    guard: "",
    caughtBy: [],
    service: "booking",
    sabotage: [],
    repair: [],
  };
  const hunted: Hunted[] = [];
  for (const mutant of [nothing, ...mutants].filter(({ name }) => isNamed(name, options.only))) {
    options.onProgress(`mutant: ${mutant.name}`);
    hunted.push(await huntOne(parts, tap, mutant, options));
  }
  return hunted;
}

/** Whether one of the words, which commas part, is in the name. */
function isNamed(name: string, only: string): boolean {
  return only.split(",").some((word) => name.includes(word));
}

async function huntOne(parts: Parts, tap: Tap, mutant: Mutant, options: HuntOptions): Promise<Hunted> {
  await execute(parts, mutant.service, mutant.sabotage);
  try {
    const report = await runOn(parts, tap, {
      seed: options.seed,
      clients: options.clients,
      onProgress: () => {},
      durationMs: options.seconds * 1000,
      pauseMs: 60,
      faults: { ...noFaults, messages: true, everyMs: 1_000, ...mutant.faults },
      settleMs: 15_000,
      ...(mutant.focus === undefined ? {} : { focus: mutant.focus }),
      ...(mutant.acts === undefined ? {} : { acts: mutant.acts }),
      ...(mutant.finale === undefined ? {} : { finale: mutant.finale }),
    });
    const failed = report.findings.filter((finding) => !passes(finding)).map(({ name, count }) => `${name}: ${count}`);
    const caughtBy = failed.find((line) => mutant.caughtBy.some((name) => line.startsWith(name))) ?? "";
    options.onProgress(`  ${report.attempts["requests"]} requests; ${failed.join("; ") || "nothing seen"}`);
    return { name: mutant.name, guard: mutant.guard, caughtBy, failed };
  } finally {
    await execute(parts, mutant.service, mutant.repair);
    await delay(500);
  }
}

/** Whether the run with nothing broken passed and every mutant was caught. */
export function allCaught(hunted: readonly Hunted[]): boolean {
  return hunted.every(({ guard, caughtBy, failed }) => (guard === "" ? failed.length === 0 : caughtBy !== ""));
}

/** The table of mutants. */
export function tableOfHunt(hunted: readonly Hunted[]): string {
  const lines = hunted.map(({ name, guard, caughtBy, failed }) => {
    const verdict =
      guard === "" ? (failed.length === 0 ? "passes" : `FAILS: ${failed.join("; ")}`) : caughtBy || "NOT CAUGHT";
    return `| ${name} | ${guard} | ${verdict} |`;
  });
  return `| mutant | guard it removes | caught by |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}
