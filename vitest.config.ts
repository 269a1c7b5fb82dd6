import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages", "services", "apps", "tests", "scripts"].map((folder) => `${folder}/**/*.test.ts`),
    globalSetup: ["packages/testkit/src/global-setup.ts"],
    setupFiles: ["./scripts/vitest-seed.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./scripts/vitest-reporter.ts"],
  },
});
