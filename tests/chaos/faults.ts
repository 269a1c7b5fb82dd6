import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../e2e/_processes.ts";
import type { Parts } from "./parts.ts";
import type { Random } from "./random.ts";
import type { Replica } from "./replicas.ts";
import type { Tap } from "./tap.ts";

/** What was done to the parts, and how often. */
export type Injected = Record<string, number>;

/** Which faults a run has. */
export interface FaultOptions {
  /** Kills and pauses services, Postgres and NATS. */
  readonly processes: boolean;
  /** Parts a service from its database or from NATS. */
  readonly partitions: boolean;
  /** Deletes consumers, and the stream of booking's events. */
  readonly streams: boolean;
  /** Publishes events again, some of them much later. */
  readonly messages: boolean;
  /** Mean pause between two faults. */
  readonly everyMs: number;
}

/** Faults that are being injected; disposal ends that and heals everything. */
export interface Faults extends AsyncDisposable {
  readonly injected: Injected;
}

/** How deleted streams are counted. */
export const streamsDeleted = "deleted the stream";

type Fault = (around: Around) => Promise<void>;

interface Around {
  readonly parts: Parts;
  readonly random: Random;
  readonly tap: Tap;
  /** Aborted at the end, so that nothing stays paused for long. */
  readonly signal: AbortSignal;
  readonly count: (what: string, times?: number) => void;
}

/** Faults of processes: each heals itself after a while. Services are killed most. */
const processFaults: readonly Fault[] = [
  killService,
  killService,
  killService,
  pauseService,
  pauseService,
  killPostgres,
  killNats,
  pauseNats,
];
const partitionFaults: readonly Fault[] = [partition];
const streamFaults: readonly Fault[] = [loseConsumer, loseStream];
const messageFaults: readonly Fault[] = [repeatEvents];

/** Begins to inject faults at times that the seed decides. The first of each kind come in order, so that a short run has them. */
export function startFaults(
  parts: Parts,
  tap: Tap,
  random: Random,
  options: FaultOptions & { readonly onProgress: (message: string) => void },
): Faults {
  const stopping = new AbortController();
  const injected: Injected = {};
  const count = (what: string, times = 1) => {
    injected[what] = (injected[what] ?? 0) + times;
  };
  if (options.processes) {
    parts.replicas.filter(({ skewMs }) => skewMs !== 0).forEach(() => count("clocks skewed"));
  }
  const around = { parts, random, tap, signal: stopping.signal, count };
  const oneByOne = [
    ...(options.processes ? processFaults : []),
    ...(options.partitions ? partitionFaults : []),
    ...(options.streams ? streamFaults : []),
  ];
  const loops = [
    ...(oneByOne.length > 0 ? [inject(around, oneByOne, options.everyMs)] : []),
    ...(options.messages ? [inject(around, messageFaults, options.everyMs / 2)] : []),
  ];
  return {
    injected,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(loops);
      for (const replica of parts.replicas.filter((one) => !isAlive(one.process().pid))) {
        count(`${replica.label} ended by itself`);
        options.onProgress(`${replica.label} ended by itself:\n${replica.process().output().slice(-3_000)}`);
        replica.restart();
      }
    },
  };
}

async function inject(around: Around, faults: readonly Fault[], everyMs: number): Promise<void> {
  const { random, signal } = around;
  const order = [...new Set(faults)].map((fault) => ({ fault, key: random.next() })).toSorted((a, b) => a.key - b.key);
  for (let index = 0; !signal.aborted; index += 1) {
    await pause(everyMs * (0.5 + random.next()), signal);
    if (!signal.aborted) {
      await (order[index]?.fault ?? random.pick(faults))(around);
    }
  }
}

async function killService(around: Around): Promise<void> {
  const replica = around.random.pick(around.parts.replicas);
  around.count(`killed ${replica.name}`);
  await killReplica(replica);
  await pause(around.random.below(1_500), around.signal);
  replica.restart();
}

async function killReplica(replica: Replica): Promise<void> {
  const process = replica.process();
  process.signal("SIGKILL");
  await process.exited;
}

async function pauseService(around: Around): Promise<void> {
  const { random, parts, signal, count } = around;
  const replica = random.pick(parts.replicas);
  count(`paused ${replica.name}`);
  replica.process().signal("SIGSTOP");
  await pause(500 + random.below(6_000), signal);
  replica.process().signal("SIGCONT");
}

async function killPostgres({ parts, random, signal, count }: Around): Promise<void> {
  count("killed Postgres");
  await parts.postgres.kill();
  await pause(random.below(1_000), signal);
  await parts.postgres.start();
}

async function killNats({ parts, random, signal, count }: Around): Promise<void> {
  count("killed NATS");
  await parts.nats.kill();
  await pause(random.below(2_000), signal);
  await parts.nats.start();
}

async function pauseNats({ parts, random, signal, count }: Around): Promise<void> {
  const pid = await parts.natsPid();
  count("paused NATS");
  process.kill(pid, "SIGSTOP");
  await pause(300 + random.below(3_000), signal);
  process.kill(pid, "SIGCONT");
}

/** Nothing comes through, either way and without an error, for a while; then the connections end. */
async function partition({ parts, random, signal, count }: Around): Promise<void> {
  const { label, proxy } = random.pick(parts.ways);
  count(`parted ${label}`);
  proxy.freeze();
  await pause(500 + random.below(6_000), signal);
  await proxy.cut();
  await proxy.open();
}

async function loseConsumer({ tap, random, count }: Around): Promise<void> {
  if (await tap.loseConsumer(random.next())) {
    count("deleted a consumer");
  }
}

/** Deletes the stream while who reads it is stopped, so that events go that nobody has seen. */
async function loseStream({ tap, parts, signal, count }: Around): Promise<void> {
  const readers = parts.replicas.filter(({ name }) => name === "availability" || name === "notification");
  readers.forEach((reader) => reader.process().signal("SIGSTOP"));
  await pause(1_500, signal);
  if (await tap.loseStream()) {
    count(streamsDeleted);
  }
  readers.forEach((reader) => reader.process().signal("SIGCONT"));
}

const burst = 24;

/** Publishes events of the past again, in any order: what was done long ago comes as if it were news. */
async function repeatEvents({ tap, random, count }: Around): Promise<void> {
  const last = tap.seen();
  const repeats = Array.from({ length: Math.min(burst, last) }, () => random.below(last));
  const done = await Promise.all(repeats.map((index) => tap.repeat(index, String(random.below(1e9)))));
  count("events repeated", done.filter(Boolean).length);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined); // The run is over.
}
