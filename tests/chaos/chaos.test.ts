import { expect, test } from "vitest";
import { passes } from "./checker/finding.ts";
import { run } from "./run.ts";

test("killed, paused, repeated to and with wrong clocks, nothing is booked twice, lost, or told twice", async () => {
  const report = await run({
    seed: 5,
    clients: 16,
    durationMs: 5_000,
    pauseMs: 100,
    faults: { processes: true, partitions: true, streams: false, messages: true, everyMs: 1_000 },
    settleMs: 60_000,
    onProgress: () => {},
  });
  expect(report.findings.filter((finding) => !passes(finding))).toEqual([]);
  expect(report.outcomes["ok"]).toBeGreaterThan(0);
  expect(Object.keys(report.faults).length).toBeGreaterThan(2);
}, 240_000);
