import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDependencies } from "./dependency-rules.ts";

const NAMES = [
  "constellation",
  "contracts",
  "kit",
  "local",
  "messaging",
  "recurrence",
  "recurrence-contract",
  "testkit",
  "time",
];
const EXPORTS = `export const value = 1;\n`;

// A small repository in which everything that is imported is allowed.
const ALLOWED: Record<string, string> = {
  "services/booking/src/main.ts": `import "./service.ts"; import "@calends/kit/serve";`,
  "services/booking/src/service.ts": `import "./rpc/create-booking.ts"; import "./events/on-series.ts"; import "./store/bookings.ts";`,
  "services/booking/src/rpc/create-booking.ts": `import "@calends/recurrence-contract/rule-message"; import "../domain/booking.ts"; import "../store/bookings.ts"; import "@calends/contracts/booking_pb";`,
  "services/booking/src/events/on-series.ts": `import "../store/bookings.ts"; import "@calends/messaging/consumer";`,
  "services/booking/src/store/bookings.ts": `import "../domain/booking.ts"; import "../gen/client.ts"; import "@calends/messaging/outbox";`,
  "services/booking/src/domain/booking.ts": `import "@calends/time/intervals"; import "@calends/kit/domain-error";`,
  "services/booking/src/domain/booking.test.ts": `import "@calends/testkit/postgres";`,
  "services/booking/src/gen/client.ts": EXPORTS,
  "services/sync/src/service.ts": EXPORTS,
  "apps/demo/src/start.ts": `import "@calends/local/postgres";`,
  "packages/constellation/src/constellation.ts": `import "@calends/local/postgres"; import "../../../services/sync/src/service.ts";`,
  "packages/testkit/src/postgres.ts": `import "@calends/local/postgres";`,
  "packages/local/src/postgres.ts": EXPORTS,
  "packages/contracts/src/booking_pb.ts": EXPORTS,
  "packages/kit/src/serve.ts": `import "@calends/contracts/booking_pb";`,
  "packages/kit/src/domain-error.ts": EXPORTS,
  "packages/messaging/src/consumer.ts": `import "@calends/kit/serve";`,
  "packages/messaging/src/outbox.ts": EXPORTS,
  "packages/recurrence/src/index.ts": `import "@calends/time/intervals";`,
  "packages/recurrence-contract/src/rule-message.ts": `import "@calends/recurrence/index"; import "@calends/contracts/booking_pb";`,
  "packages/time/src/intervals.ts": EXPORTS,
};

let root = "";

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "calends-rules-"));
  await mkdir(join(root, "node_modules/@calends"), { recursive: true });
  for (const name of NAMES) {
    const manifest = { name: `@calends/${name}`, type: "module", exports: { "./*": "./src/*.ts" } };
    await write({ [`packages/${name}/package.json`]: JSON.stringify(manifest) });
    await symlink(join(root, "packages", name), join(root, "node_modules/@calends", name));
  }
  await write(ALLOWED);
});
afterEach(() => rm(root, { recursive: true }));

test("a tree that keeps the rules has modules and no violation", async () => {
  expect(await checkDependencies(root)).toEqual({ modules: Object.keys(ALLOWED).length, violations: [] });
});

test.each([
  ["domain-is-pure", "services/booking/src/domain/bad.ts", `import "@calends/contracts/booking_pb";`],
  ["domain-is-pure", "services/booking/src/domain/bad.ts", `import type { value } from "@calends/kit/serve";`],
  ["domain-is-pure", "services/booking/src/domain/bad.ts", `import "../store/bookings.ts";`],
  ["domain-is-pure", "services/booking/src/domain/bad.ts", `import "node:fs";`],
  ["pure-kit", "packages/kit/src/domain-error.ts", `import "./serve.ts";`],
  ["pure-code", "services/booking/src/domain/bad.ts", `export const now = Date.now();`],
  ["pure-code", "packages/recurrence/src/bad.ts", `export const lot = 1 + Math.random();`],
  ["pure-packages", "packages/time/src/bad.ts", `import "node:net";`],
  ["store-below", "services/booking/src/store/bad.ts", `import "../rpc/create-booking.ts";`],
  ["store-below", "services/booking/src/store/bad.ts", `import "@calends/contracts/booking_pb";`],
  ["prisma-in-store-only", "services/booking/src/rpc/bad.ts", `import "../gen/client.ts";`],
  ["rpc-never-events", "services/booking/src/rpc/bad.ts", `import "../events/on-series.ts";`],
  ["events-never-rpc", "services/booking/src/events/bad.ts", `import "../rpc/create-booking.ts";`],
  ["main-is-thin", "services/sync/src/main.ts", `import "@calends/messaging/outbox";`],
  ["service-alone", "services/sync/src/bad.ts", `import "../../booking/src/domain/booking.ts";`],
  ["service-packages", "services/sync/src/bad.ts", `import "@calends/local/postgres";`],
  ["testkit-in-tests-only", "services/sync/src/bad.ts", `import "@calends/testkit/postgres";`],
  [
    "service-imported-by-constellation-only",
    "packages/kit/src/bad.ts",
    `import "../../../services/sync/src/service.ts";`,
  ],
  ["package-kit", "packages/kit/src/bad.ts", `import "@calends/messaging/outbox";`],
  ["package-messaging", "packages/messaging/src/bad.ts", `import "@calends/recurrence/index";`],
  ["package-recurrence", "packages/recurrence/src/bad.ts", `import "@calends/contracts/booking_pb";`],
  ["package-recurrence-contract", "packages/recurrence-contract/src/bad.ts", `import "@calends/messaging/outbox";`],
  ["domain-is-pure", "services/booking/src/domain/bad.ts", `import "@calends/recurrence-contract/rule-message";`],
  ["package-contracts", "packages/contracts/src/bad.ts", `import "@calends/time/intervals";`],
  ["package-time", "packages/time/src/bad.ts", `import "@calends/contracts/booking_pb";`],
  ["package-local", "packages/local/src/bad.ts", `import "@calends/kit/serve";`],
  ["web-is-a-client", "apps/web/src/bad.ts", `import "@calends/kit/serve";`],
  ["no-cycle", "packages/time/src/intervals.ts", `import "./intervals.ts"; import "./other.ts";`],
  ["resolvable", "packages/kit/src/bad.ts", `import "./nowhere.ts";`],
])("%s is seen to fail: %s with %s", async (rule, file, content) => {
  await write({ "packages/time/src/other.ts": `import "./intervals.ts";`, [file]: content });
  const { violations } = await checkDependencies(root);
  expect(violations.filter((violation) => violation.startsWith(`${rule}: ${file}`))).not.toEqual([]);
});
