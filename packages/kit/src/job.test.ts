import { expect, test } from "vitest";
import { startJob } from "./job.ts";
import { createLogger } from "./logger.ts";

const options = { logger: createLogger("test", "silent"), failed: "tries again" };

test("work that fails is done again, and the last is finished before the job is gone", async () => {
  const third = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let times = 0;
  let finished = false;
  const job = startJob({
    ...options,
    pauseMs: 1,
    async work() {
      times += 1;
      if (times < 3) {
        throw new Error("not this time");
      }
      third.resolve();
      await release.promise;
      finished = true;
    },
  });
  await third.promise;
  const gone = job[Symbol.asyncDispose]();
  expect(finished).toBe(false);
  release.resolve();
  await gone;
  expect([times, finished]).toEqual([3, true]);
});

test("a job that rests ends at once", async () => {
  const worked = Promise.withResolvers<void>();
  const job = startJob({ ...options, pauseMs: 3_600_000, work: async () => worked.resolve() });
  await worked.promise;
  await expect(job[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
