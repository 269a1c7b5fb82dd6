import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["packages/testkit/src/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    reporters: ["default", "./scripts/vitest-reporter.ts"],
    projects: [
      project("units", ["packages", "services", "apps", "scripts"], true),
      // A constellation is all services: they are loaded once a worker, not once a file.
      project("whole", ["tests"], false),
    ],
  },
});

function project(name: string, folders: readonly string[], isolate: boolean) {
  return {
    extends: true as const,
    test: {
      name,
      isolate,
      include: folders.map((folder) => `${folder}/**/*.test.ts`),
      setupFiles: ["./scripts/vitest-seed.ts"],
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
}
