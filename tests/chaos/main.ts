// `npm run chaos -- --minutes 2 --seed 1 --report chaos.json`, or `-- --mutants`.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { allCaught, hunt, tableOfHunt } from "./hunt.ts";
import { isClean, tableOf } from "./report.ts";
import { run } from "./run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    clients: { type: "string", default: "64" },
    every: { type: "string", default: "3" },
    report: { type: "string" },
    mutants: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "15" },
  },
});
const begun = Date.now();
const onProgress = (message: string) =>
  void process.stderr.write(`[chaos +${Math.round((Date.now() - begun) / 1000)}s] ${message}\n`);
const common = { seed: Number(values.seed), clients: Number(values.clients), onProgress };

const { table, json, passed } = values.mutants ? await mutants() : await chaos();
process.stdout.write(table);
if (values.report !== undefined) {
  await writeFile(values.report, `${JSON.stringify(json, undefined, 2)}\n`);
}
process.exitCode = passed ? 0 : 1;

async function chaos() {
  const report = await run({
    ...common,
    durationMs: Number(values.minutes) * 60_000,
    pauseMs: 150,
    faults: { processes: true, partitions: true, streams: true, messages: true, everyMs: Number(values.every) * 1000 },
    settleMs: 120_000,
  });
  return { table: tableOf(report), json: report, passed: isClean(report) };
}

async function mutants() {
  const hunted = await hunt({ ...common, only: values.only, seconds: Number(values.seconds) });
  return { table: tableOfHunt(hunted), json: hunted, passed: allCaught(hunted) };
}
