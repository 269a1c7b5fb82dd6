import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with one line that a machine can read: `tests: 12 passed, 0 failed`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()].map((test) => test.result().state);
      // A test that was still pending when the run ended did not pass.
      for (const state of tests) counts[state === "pending" ? "failed" : state] += 1;
      // A file that does not load, or whose hooks fail, has no failed test to show for it.
      if (module.state() === "failed" && !tests.includes("failed")) counts.failed += 1;
    }
    // A run that found nothing to test, or could not begin, has not passed.
    if (modules.length === 0 && counts.failed === 0) counts.failed = 1;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    process.stdout.write(`\ntests: ${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}
