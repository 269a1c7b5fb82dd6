import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { operate } from "../../deploy/operate.ts";
import { range } from "../e2e/_util.ts";
import { openReplicaClients } from "./asking.ts";
import { check, type Finding, type Side } from "./checker/check.ts";
import { usualActs, work, type Acts } from "./clients.ts";
import { startFaults, streamsDeleted, type FaultOptions, type Injected } from "./faults.ts";
import { createHistory, type Entry } from "./history.ts";
import { listAll } from "./listing.ts";
import { startParts, type Parts } from "./parts.ts";
import { createRandom } from "./random.ts";
import { settle, type Settled } from "./settle.ts";
import { openTap, type Tap } from "./tap.ts";
import { createWorld, type ChaosType } from "./world.ts";

/** What a run is. */
export interface RunOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly clients: number;
  /** Mean pause of a client between two requests. */
  readonly pauseMs: number;
  readonly faults: FaultOptions;
  readonly settleMs: number;
  /** The types that clients go for; absent for all. */
  readonly focus?: (type: ChaosType) => boolean;
  /** What clients do; absent for the usual. */
  readonly acts?: Acts;
  /** Done at the end of the load, while what it left is still under way. */
  readonly finale?: (parts: Parts) => Promise<void>;
  /** Hears one short sentence for each step. */
  readonly onProgress: (message: string) => void;
}

/** What came of a run. */
export interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly attempts: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: Injected;
  readonly settled: Settled;
  readonly findings: readonly Finding[];
}

const days = 3;
const dayMs = 86_400_000;
/** How long a request whose answer is not known is repeated after the load has ended. */
const patienceMs = 30_000;

/** Starts everything for one run. */
export async function run(options: RunOptions): Promise<Report> {
  options.onProgress("starting Postgres, NATS and the services");
  await using parts = await startParts(true);
  await using tap = await openTap(parts.nats.url);
  return await runOn(parts, tap, options);
}

/** Lets clients and faults at two organizations of their own, waits until it has come to rest, and checks. */
export async function runOn(parts: Parts, tap: Tap, options: RunOptions): Promise<Report> {
  const { onProgress } = options;
  parts.mailbox.clear();
  const firstMessage = tap.seen();
  const firstDayMs = (Math.floor(Date.now() / dayMs) + 2) * dayMs;
  const worlds = await Promise.all(range(2).map(() => createWorld(parts, firstDayMs, days)));
  const sides = worlds.map((world) => ({ world, history: createHistory() }));
  const random = createRandom(options.seed);
  onProgress(`${options.clients} clients for ${Math.round(options.durationMs / 1000)} s, seed ${options.seed}`);
  const faults = startFaults(parts, tap, random.fork("faults"), { ...options.faults, onProgress });
  const begun = Date.now();
  const patience = AbortSignal.timeout(options.durationMs + patienceMs);
  const teams = sides.map((side) => ({
    ...side,
    world: { ...side.world, types: side.world.types.filter(options.focus ?? (() => true)) },
    others: must(
      sides.find((other) => other !== side),
      "the other organization",
    ).history,
    replicas: openReplicaClients(parts, side.world),
    gatewayUrl: parts.gatewayUrl,
    patience,
  }));
  const endMs = begun + options.durationMs;
  const loaded = Promise.all(
    range(options.clients).map((number) =>
      work(
        { ...must(teams[number % 2], "team"), number, random: random.fork(`client ${number}`) },
        options.acts ?? usualActs,
        endMs,
        options.pauseMs,
      ),
    ),
  );
  await untilOver(endMs);
  await options.finale?.(parts);
  await faults[Symbol.asyncDispose]();
  onProgress("the load is over, everything runs again");
  await loaded;
  if ((faults.injected[streamsDeleted] ?? 0) > 0) {
    await republish(parts, tap, begun);
  }
  if (options.faults.messages) {
    faults.injected["events repeated"] =
      (faults.injected["events repeated"] ?? 0) + (await tap.repeatFrom(firstMessage, 200));
  }
  onProgress("waiting until it comes to rest");
  const settled = await settle(parts, tap, worlds, options.settleMs);
  onProgress(
    `${settled.unsettled === "" ? "at rest" : `not at rest (${settled.unsettled})`} after ${settled.tookMs} ms; checking`,
  );
  const seen: Side[] = [];
  for (const side of sides) {
    seen.push({ ...side, listed: await listAll(parts, side.world) });
  }
  const findings = await check({ parts, sides: seen, settled, events: await tap.eventsFrom(firstMessage) });
  const entries = sides.flatMap(({ history }) => history.entries);
  return {
    seed: options.seed,
    seconds: Math.round(options.durationMs / 1000),
    clients: options.clients,
    attempts: attemptsOf(entries),
    outcomes: outcomesOf(entries),
    faults: faults.injected,
    settled,
    findings,
  };
}

/** Clocks of services may be behind. */
const earlierMs = 60_000;

/** What docs/runbooks/republish.md says after the loss of a stream. */
async function republish(parts: Parts, tap: Tap, sinceMs: number): Promise<void> {
  await until("the stream is made anew", () => tap.hasStream(), Boolean, 60_000);
  const since = new Date(sinceMs - earlierMs).toISOString();
  await operate(["republish", since], { DATABASE_URL: parts.databaseUrl("booking") });
}

async function untilOver(endMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, endMs - Date.now())));
}

function attemptsOf(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = { requests: entries.length, tries: 0 };
  for (const { operation, tries } of entries) {
    counts["tries"] = (counts["tries"] ?? 0) + tries;
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}

function outcomesOf(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome, reason } of entries) {
    const key = outcome === "refused" ? reason : outcome === "unknown" ? `unknown: ${reason}` : outcome;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted((a, b) => b[1] - a[1]));
}
