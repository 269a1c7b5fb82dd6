/** Measures one engine, in a process of its own that `recurrence.ts` starts and ends: it names rows, this answers. */
import { engines, ours, type Engine } from "./recurrence-engines.ts";
import { workloads, type Workload } from "./recurrence-workloads.ts";

/** What one operation took, medians of samples. */
export interface Measured {
  readonly wallUs: number;
  readonly cpuUs: number;
  /** CPU time of the best sample: what other work on the machine disturbs least. */
  readonly leastUs: number;
  /** Whether the answers are ours. */
  readonly agrees: boolean;
}

/** Messages to the parent: it kills a process that has no first answer in time. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "answered"; readonly firstMs: number }
  | { readonly kind: "measured"; readonly measured: Measured }
  | { readonly kind: "none"; readonly why: string };

/** What is spent on warming up and on measuring an operation that is quicker than this. */
const warmMs = 300;
const budgetMs = 400;
/** After so long no further set of a workload of many is taken, and the figure is scaled. */
const enoughMs = 1000;
const sampleMs = 2;

interface Operation {
  readonly run: () => void;
  /** How many sets one run asks. */
  readonly sets: number;
  readonly checksum: string;
}

/** A set of the workload as the engine is asked. */
function textFor({ isUtc }: Engine, text: string): string {
  return isUtc === true ? text.replace(/;TZID=[^:]*(:\d+T\d+)/, "$1Z") : text;
}

/** Asks an engine each set once, until there is no time left. */
function prepare(engine: Engine, workload: Workload, untilMs = Number.POSITIVE_INFINITY): Operation | undefined {
  const { texts, fromMs, toMs, isParsed } = workload;
  const asked: string[] = [];
  const sets: unknown[] = [];
  const found = { count: 0, sum: 0 };
  for (const text of texts) {
    const line = textFor(engine, text);
    const set = engine.parse(line);
    if (set === undefined) {
      return undefined;
    }
    const instants = engine.instants(engine.expand(set as never, fromMs, toMs) as never);
    found.count += instants.length;
    found.sum += instants.reduce((sum, ms) => sum + ms / 1000, 0);
    asked.push(line);
    if (isParsed) {
      sets.push(set); // Kept only where they are used again: what lives long teaches the collector to keep the rest.
    }
    if (performance.now() > untilMs) {
      break;
    }
  }
  const run = isParsed
    ? () => sets.forEach((set) => engine.expand(set as never, fromMs, toMs))
    : () => asked.forEach((line) => engine.expand(engine.parse(line) as never, fromMs, toMs));
  return { run, sets: asked.length, checksum: `${found.count}:${found.sum}` };
}

interface Sample {
  readonly wallUs: number;
  readonly cpuUs: number;
}

/** Runs an operation until a time is over, at least once. */
function sample(run: () => void, forMs: number): Sample[] {
  const samples: Sample[] = [];
  const end = performance.now() + forMs;
  for (let repeat = 1; samples.length === 0 || performance.now() < end;) {
    const began = performance.now();
    const cpu = process.cpuUsage();
    for (let i = 0; i < repeat; i += 1) {
      run();
    }
    const used = process.cpuUsage(cpu);
    const wallMs = performance.now() - began;
    samples.push({ wallUs: (wallMs * 1000) / repeat, cpuUs: (used.user + used.system) / repeat });
    repeat = Math.max(1, Math.round((repeat * sampleMs) / Math.max(wallMs, 0.001)));
  }
  return samples;
}

/** Medians; an operation that takes longer than the warming up runs once. */
function time(run: () => void): Omit<Measured, "agrees"> {
  const warm = sample(run, warmMs);
  const samples = warm.length > 1 ? sample(run, budgetMs) : warm;
  const cpus = samples.map((one) => one.cpuUs);
  return { wallUs: median(samples.map((one) => one.wallUs)), cpuUs: median(cpus), leastUs: Math.min(...cpus) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function measure(engine: Engine, workload: Workload): Report {
  const began = performance.now();
  const operation = prepare(engine, workload, began + enoughMs);
  if (operation === undefined) {
    return { kind: "none", why: "–" };
  }
  tell({ kind: "answered", firstMs: performance.now() - began });
  const timed = time(operation.run);
  const texts = workload.texts.slice(0, operation.sets).map((text) => textFor(engine, text));
  const reference = prepare(ours, { ...workload, texts });
  const scale = workload.texts.length / operation.sets;
  const measured = {
    wallUs: timed.wallUs * scale,
    cpuUs: timed.cpuUs * scale,
    leastUs: timed.leastUs * scale,
    agrees: operation.checksum === reference?.checksum,
  };
  return { kind: "measured", measured };
}

function tell(report: Report): void {
  process.send?.(report);
}

const engine = await engines[process.argv[2] ?? ""]?.();
process.on("message", (row: number) => {
  const workload = workloads[row];
  if (engine === undefined || workload === undefined) {
    throw new Error(`no engine ${process.argv[2]} or no workload ${row}`);
  }
  try {
    tell(measure(engine, workload));
  } catch (error) {
    tell({ kind: "none", why: "throws" });
    process.stderr.write(`${engine.name}, ${workload.name}: ${String(error).slice(0, 120)}\n`);
  }
});
tell({ kind: "ready" });
