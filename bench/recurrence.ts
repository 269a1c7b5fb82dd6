/** `npm run bench:recurrence`: recurrence beside other engines and code by hand, in one run of about two minutes. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { tzdbVersion } from "@calends/time/zone";
import { engines, versions } from "./recurrence-engines.ts";
import type { Measured, Report } from "./recurrence-measure.ts";
import { workloads } from "./recurrence-workloads.ts";

/** An engine that has not answered by then is not waited for. */
const limitMs = 2000;
const coldRuns = 3;

/** What stands in the table instead of a figure, or the figure. */
type Cell = string | Measured;

async function start(engine: string): Promise<ChildProcess> {
  const child = fork(new URL("recurrence-measure.ts", import.meta.url), [engine]);
  await once(child, "message");
  return child;
}

async function nextReport(child: ChildProcess, signal?: AbortSignal): Promise<Report> {
  const [report] = (await once(child, "message", signal === undefined ? {} : { signal })) as [Report];
  return report;
}

/** The first answer; undefined where it does not come in time. */
async function firstReport(child: ChildProcess): Promise<Report | undefined> {
  try {
    return await nextReport(child, AbortSignal.timeout(limitMs));
  } catch {
    return undefined; // Only the signal ends the waiting.
  }
}

/** Measures a row; undefined where the process had to be given up. */
async function ask(child: ChildProcess, row: number): Promise<Cell | undefined> {
  child.send(row);
  const first = await firstReport(child);
  if (first === undefined) {
    return undefined;
  }
  const report = first.kind === "answered" ? await nextReport(child) : first;
  return report.kind === "measured" ? report.measured : report.kind === "none" ? report.why : "–";
}

/** All rows of an engine, one after the other in one process as long as it answers. */
async function column(engine: string): Promise<Cell[]> {
  const cells: Cell[] = [];
  let child = await start(engine);
  for (const row of workloads.keys()) {
    const cell = await ask(child, row);
    cells.push(cell ?? "> 2 s");
    if (cell === undefined) {
      child.kill("SIGKILL");
      child = await start(engine);
    }
  }
  child.kill();
  return cells;
}

/** Milliseconds of the very first set and window in a new process. */
async function cold(engine: string): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < coldRuns; run += 1) {
    const child = await start(engine);
    child.send(0);
    const first = await firstReport(child);
    took.push(first?.kind === "answered" ? first.firstMs : Number.NaN);
    child.kill("SIGKILL");
  }
  return took.toSorted((a, b) => a - b)[Math.floor(coldRuns / 2)] ?? Number.NaN;
}

function say(us: number): string {
  const [value, unit] = us >= 1_000_000 ? [us / 1_000_000, "s"] : us >= 1000 ? [us / 1000, "ms"] : [us, "µs"];
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ${unit}`;
}

function times(ratio: number): string {
  const round = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));
  return ratio < 1 ? `1/${round(1 / ratio)}` : `${round(ratio)}×`;
}

/** A peer's CPU time and how many times ours it is. */
function peerCell(cell: Cell, mine: Measured): string {
  if (typeof cell === "string") {
    return cell;
  }
  return `${say(cell.cpuUs)} (${times(cell.cpuUs / mine.cpuUs)})${cell.agrees ? "" : " wrong"}`;
}

const names = Object.keys(engines);
const columns: Cell[][] = [];
const colds: string[] = [];
for (const name of names) {
  columns.push(await column(name));
  colds.push(say((await cold(name)) * 1000));
}
const [mine = [], ...peers] = columns;
const rows = workloads.map(({ name, goalUs }, row) => {
  const own = mine[row];
  if (typeof own !== "object") {
    throw new Error(`${name}: no figure of ours: ${own}`);
  }
  const met = own.leastUs <= goalUs ? "" : " missed";
  const others = peers.map((cells) => peerCell(cells[row] ?? "–", own));
  return [name, `≤ ${say(goalUs)}${met}`, say(own.wallUs), say(own.cpuUs), say(own.leastUs), ...others];
});
const header = ["workload", "goal", "calends, wall", "CPU", "least", ...names.slice(1)];
const table = [
  header,
  header.map(() => "---"),
  ...rows,
  ["a, first call of a process", "", ...colds.toSpliced(1, 0, "", "")],
];
process.stdout.write(
  `${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}

Parse and expand, America/New_York. Medians, and of ours the least CPU time, by which the goals are judged; others by CPU time, and how many times ours.
"wrong": other instants than ours; "> 2 s": given up. The last row is wall time.
${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, tzdb ${tzdbVersion()}, ${versions()}, ${os.cpus()[0]?.model ?? "?"} × ${os.cpus().length}
`,
);
