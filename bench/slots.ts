/** `npm run bench:slots`: the slot engine alone on one core, beside the least by hand and what one would write first. */
import os from "node:os";
import { tzdbVersion } from "@calends/time/zone";
import { VERSION } from "luxon";
import { answers, type Answer } from "./slots-answers.ts";
import { scenarios, type Scenario } from "./slots-scenarios.ts";

const rounds = 5;
const roundMs = 300;

/** Answers a second, by the clock on the wall and by that of the processor. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

function measure(answer: Answer): Rate {
  round(answer); // Until it is compiled.
  const rates = Array.from({ length: rounds }, () => round(answer));
  return { wall: median(rates.map(({ wall }) => wall)), cpu: median(rates.map(({ cpu }) => cpu)) };
}

function round(answer: Answer): Rate {
  const began = performance.now();
  const used = process.cpuUsage();
  let count = 0;
  for (; count === 0 || performance.now() - began < roundMs; count += 1) {
    answer();
  }
  const { user, system } = process.cpuUsage(used);
  return { wall: (count * 1000) / (performance.now() - began), cpu: (count * 1e6) / (user + system) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Equal for equal starts, and hardly for others. */
function checksum(starts: readonly number[]): string {
  const sum = starts.reduce((hash, startMs) => (Math.imul(hash, 31) + startMs / 60_000) | 0, starts.length);
  return (sum >>> 0).toString(16).padStart(8, "0");
}

function say(rate: number): string {
  return rate < 10 ? rate.toFixed(2) : Math.round(rate).toLocaleString("en-US");
}

function row(scenario: Scenario): string[] {
  const asked = Object.values(answers).map((create) => create(scenario));
  const sums = new Set(asked.map((answer) => checksum(answer())));
  if (sums.size !== 1) {
    throw new Error(`${scenario.name}: the answers differ: ${[...sums].join(" ")}`);
  }
  const rates = asked.map(measure);
  const [ours] = rates;
  const met = (ours?.cpu ?? 0) >= scenario.goal ? "" : " missed";
  const cells = rates.map(({ wall, cpu }) => `${say(wall)} / ${say(cpu)}`);
  const slots = `${asked[0]?.().length ?? 0} (${[...sums].join("")})`;
  return [scenario.name, `≥ ${say(scenario.goal)}/s${met}`, ...cells, slots];
}

const header = ["scenario", "goal", ...Object.keys(answers), "slots (checksum)"];
const table = [header, header.map(() => "---"), ...scenarios.map(row)];
process.stdout.write(
  `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

Answers a second of wall time / of CPU time, medians of ${rounds}; America/New_York, 9 to 17 with lunch, every host busy 200 times; all agree.
${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, tzdb ${tzdbVersion()}, luxon ${VERSION}, ${os.cpus()[0]?.model ?? "?"} × ${os.cpus().length}
`,
);
