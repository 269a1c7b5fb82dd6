/** Recurrence beside other engines, in one run: `npm run bench:recurrence`. */
import os from "node:os";
import { tzdbVersion } from "@calends/time/zone";
import { engines, type Engine } from "./recurrence-engines.ts";
import { dailyByHand } from "./recurrence-floor.ts";
import { barren, masters, week, workloads, type Workload } from "./recurrence-workloads.ts";

/** What one operation took, median of samples, and whether the answers are the first engine's. */
interface Measured {
  readonly us: number;
  readonly cpuUs: number;
  readonly agrees: boolean;
}

const budgetMs = Number(process.env["BENCH_MS"] ?? 1500);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs an operation until its budget is used; samples are of about 10 ms each. */
function time(operation: () => void): { us: number; cpuUs: number } {
  const once = performance.now();
  operation();
  const first = performance.now() - once;
  const perSample = Math.max(1, Math.round(10 / Math.max(first, 0.005)));
  const wall: number[] = [];
  const cpu: number[] = [];
  for (
    const end = performance.now() + (first > budgetMs ? 0 : budgetMs);
    performance.now() < end || wall.length === 0;
  ) {
    const began = performance.now();
    const beganCpu = process.cpuUsage();
    for (let i = 0; i < perSample; i += 1) {
      operation();
    }
    const used = process.cpuUsage(beganCpu);
    wall.push(((performance.now() - began) * 1000) / perSample);
    cpu.push((used.user + used.system) / perSample);
  }
  return { us: median(wall), cpuUs: median(cpu) };
}

function answer(engine: Engine, text: string, fromMs: number, toMs: number): number[] {
  const line = engine.isUtc === true ? text.replace(/;TZID=[^:]*(:\d+T\d+)/, "$1Z") : text;
  return engine.instants(engine.expand(engine.parse(line) as never, fromMs, toMs) as never);
}

/** Answers in UTC are compared by number alone, those in a zone by their sum too. */
function checksum(engine: Engine, instants: readonly number[]): string {
  return engine.isUtc === true ? String(instants.length) : `${instants.length}:${instants.reduce((a, b) => a + b, 0)}`;
}

function measure(engine: Engine, { text, fromMs, toMs }: Workload, reference: readonly number[]): Measured | string {
  try {
    const instants = answer(engine, text, fromMs, toMs);
    const line = engine.isUtc === true ? text.replace(/;TZID=[^:]*(:\d+T\d+)/, "$1Z") : text;
    const timed = time(() => void engine.expand(engine.parse(line) as never, fromMs, toMs));
    return { ...timed, agrees: checksum(engine, instants) === checksum(engine, reference) };
  } catch (error) {
    return error instanceof Error ? `throws: ${error.message.slice(0, 40)}` : "throws";
  }
}

/** All masters in one week; engines that are slow get fewer, and their figure is scaled. */
function measureMasters(engine: Engine, share: number, isParsed: boolean): Measured {
  const texts = masters
    .slice(0, Math.round(masters.length * share))
    .map((text) => (engine.isUtc === true ? text.replace(/;TZID=[^:]*(:\d+T\d+)/, "$1Z") : text));
  const parsed = isParsed ? texts.map((text) => engine.parse(text)) : [];
  const timed = time(() => {
    for (let i = 0; i < texts.length; i += 1) {
      engine.expand((isParsed ? parsed[i] : engine.parse(texts[i] ?? "")) as never, week.fromMs, week.toMs);
    }
  });
  const [mine, reference] = [engine, first].map((one) =>
    masters.slice(0, 50).reduce((sum, text) => sum + answer(one, text, week.fromMs, week.toMs).length, 0),
  );
  return { us: timed.us / share, cpuUs: timed.cpuUs / share, agrees: mine === reference };
}

function floorOf(name: string): string {
  const start = Date.UTC(2006, 0, 2, 9);
  const out = new Float64Array(64);
  const work = /^[abi]:/.test(name) ? workloads.find((workload) => workload.name === name) : undefined;
  return work === undefined ? "–" : say(time(() => void dailyByHand(start, work.fromMs, work.toMs, out)).us);
}

function say(us: number): string {
  return us >= 100_000
    ? `${(us / 1000).toFixed(0)} ms`
    : us >= 1000
      ? `${(us / 1000).toFixed(2)} ms`
      : `${us.toFixed(1)} µs`;
}

function cell(measured: Measured | string, oursUs: number): string {
  if (typeof measured === "string") {
    return measured;
  }
  const ratio = measured.us / oursUs;
  const times = ratio === 1 ? `cpu ${say(measured.cpuUs)}` : `${ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)}×`;
  return `${say(measured.us)} (${times})${measured.agrees ? "" : " ≠"}`;
}

/** The figures of one engine, in the order of the rows: engine by engine, so that none pays for another's garbage. */
function column(engine: Engine): (Measured | string)[] {
  const isSlow = /ical|rrule \(/.test(engine.name);
  return [
    ...workloads.map((work) => {
      const reference = answer(first, work.text, work.fromMs, work.toMs);
      return work.skip?.includes(engine.name) === true ? "–" : measure(engine, work, reference);
    }),
    ...[false, true].map((isParsed) => measureMasters(engine, shares[engine.name] ?? 1, isParsed)),
    ...barren.map((rule) => {
      const text = `DTSTART;TZID=America/New_York:20240101T090000\nRRULE:${rule}`;
      const work = { name: "h", text, fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(3024, 0, 1) };
      return isSlow ? "–" : measure(engine, work, []);
    }),
  ];
}

/** Slow engines get a share of the 10,000 masters, and their figure is scaled. */
const shares: Readonly<Record<string, number>> = {
  "ical.js": 0.001,
  "rrule (UTC)": 0.01,
  "rrule-rust": 0.1,
  "rrule-temporal": 0.1,
};
const [first, ...others] = await engines();
const names = [
  ...workloads.map(({ name }) => name),
  "g: 10,000 masters, a week, 3 years on",
  "g: the same, parsed before",
  ...barren.map((rule) => `h: ${rule}`),
];
const columns = [first, ...others].map(column);
const rows = names.map((name, row) => {
  const ours = columns[0]?.[row];
  const oursUs = typeof ours === "object" ? ours.us : Number.NaN;
  return [name, ...columns.map((cells) => cell(cells[row] ?? "–", oursUs)), floorOf(name)];
});
const table = [["workload", first.name, ...others.map(({ name }) => name), "by hand"], ...rows].map(
  (row, index) => `| ${row.join(" | ")} |${index === 0 ? `\n|${"---|".repeat(row.length)}` : ""}`,
);
process.stdout.write(
  `${table.join("\n")}\n\nMedians of wall time, parse and expand; in brackets CPU time for ours, the ratio for others; ≠: another answer.
${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, tzdb ${tzdbVersion()}, ${os.cpus()[0]?.model ?? "?"} × ${os.cpus().length}\n`,
);
