import { DomainError } from "@calends/kit/domain-error";
import { expect, test } from "vitest";
import { openCompute, type Compute } from "./compute.ts";
import { threadError } from "./errors.ts";
import type { Asker } from "./pool.ts";

const start = "DTSTART:20260101T090000Z\nRRULE:FREQ=SECONDLY";
const [ann, bob] = [{ organizationId: "ann" }, { organizationId: "bob" }];

/** Works until it is ended: every second from now to the year 9999. */
function hog(compute: Compute, asker: Asker = ann): Promise<unknown> {
  return compute.run("expand", [start, "shift", { fromMs: 0, toMs: 253e12, limit: 1e12 }], asker);
}

/** Soon done, and heavy as far as can be told beforehand. */
function brief(compute: Compute, asker: Asker = ann): Promise<unknown> {
  return compute.run("count", [`${start};COUNT=1000000`, "shift"], asker);
}

/** What a call comes to: its kind where it is refused. */
async function endOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return error instanceof DomainError ? error.kind : error;
  }
}

/** Runs with so many hogs of an organization, which go away when they are told to. */
function hogs(compute: Compute, count: number) {
  return Array.from({ length: count }, () => {
    const gone = new AbortController();
    return { gone, end: endOf(hog(compute, { ...ann, signal: gone.signal })) };
  });
}

test("what waits for a thread has all of its time once it begins", async () => {
  await using compute = openCompute({ threads: 1, workMs: 3_000, memoryMb: 1_024 });
  const calls = [hog(compute), brief(compute)].map(endOf);
  expect(await Promise.all(calls)).toEqual(["exhausted", 1_000_000]);
});

test("what waits too long for a thread is not refused for what it is, and may be asked again", async () => {
  await using compute = openCompute({ threads: 1, waitMs: 1_000, memoryMb: 1_024 });
  const [first] = hogs(compute, 1);
  expect(await endOf(brief(compute))).toBe("unavailable");
  first?.gone.abort(new Error("gone"));
  await first?.end;
  expect(await brief(compute)).toBe(1_000_000);
});

test("one organization has so many waiting and no more, and others do not wait for all of them", async () => {
  await using compute = openCompute({ threads: 1, waitingEach: 3, memoryMb: 1_024 });
  const [first, ...others] = hogs(compute, 5);
  expect(await others.at(-1)?.end).toBe("unavailable");
  const other = brief(compute, bob);
  first?.gone.abort(new Error("gone"));
  expect(await other).toBe(1_000_000);
  others.map(({ gone }) => gone.abort(new Error("gone")));
  expect(await Promise.all(others.map(({ end }) => end))).toHaveLength(4);
});

test("who goes away while waiting leaves room for others", async () => {
  await using compute = openCompute({ threads: 1, waitingEach: 1, memoryMb: 1_024 });
  const [first, second] = hogs(compute, 2);
  const reason = new Error("gone");
  second?.gone.abort(reason);
  expect(await second?.end).toBe(reason);
  const third = brief(compute);
  first?.gone.abort(reason);
  expect(await third).toBe(1_000_000);
});

test("a thread that ran out of memory is a refusal of what it worked on", () => {
  const error = Object.assign(new Error("memory limit"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  expect(threadError(error)).toMatchObject({ kind: "exhausted", reason: "INVALID_RECURRENCE" });
  const bug = new Error("a bug");
  expect(threadError(bug)).toBe(bug);
});
