import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService } from "./_processes.ts";

const exitConfig = 78;
const secret = "s3cr3t-value";

/** A wrong value of each variable; each holds a text that must not be repeated. */
const wrong: Readonly<Record<string, readonly string[]>> = {
  PORT: [secret, "70000"],
  METRICS_PORT: [secret],
  LOG_LEVEL: [secret],
  DRAIN_TIMEOUT_MS: [secret, "-1"],
  TRUSTED_ISSUERS: [secret, `{"keys":"${secret}"}`, `{"keys":[{"kty":"${secret}","kid":"a"}]}`],
  ISSUER_PERMISSIONS: [secret, `{"internal":"${secret}"}`, `{"internal":{"services":"${secret}"}}`],
  SIGNING_KEY: [
    secret,
    `["${secret}"]`,
    `{"kty":"${secret}"}`,
    `{"kty":"OKP","crv":"Ed25519","d":"${secret}","kid":"x"}`,
  ],
  DATABASE_URL: [secret, `mysql://u:${secret}@h/d`, `postgres://u:${secret}@[/d`],
  DATABASE_POOL: [secret, "0"],
  DRIFT_CHECK_INTERVAL_MS: [secret, "0"],
  NATS_URL: [secret, `http://${secret}`],
  AUTH_JWKS: [secret, `{"keys":[{"kty":"${secret}"}]}`],
  MANAGE_LINK_SECRET: ["s3cr3t-value"],
  FEED_SECRET: ["s3cr3t-value"],
  SMTP_URL: [secret, `http://${secret}`],
  PUBLIC_URL: [secret],
  WEB_ROOT: [`/no/such/${secret}`],
};

/** Variables that may be absent. */
const optional = new Set([
  "HOST",
  "LOG_LEVEL",
  "METRICS_PORT",
  "DRAIN_TIMEOUT_MS",
  "DATABASE_POOL",
  "ISSUER_PERMISSIONS",
  "CORS_ORIGINS",
  "WEB_ROOT",
  // The gateway demands it; availability does without, but then drift is not looked for.
  "availability BOOKING_TARGET",
  // It has a default, for it came later.
  "notification BOOKING_TARGET",
  // The gateway demands it; booking has a default, for it came later.
  "booking RECURRENCE_TARGET",
  "sync AVAILABILITY_TARGET",
  "sync BOOKING_TARGET",
]);

/** Who reads a variable that no environment of the constellation sets, and booking does not read. */
const owners = new Map<string, (typeof names)[number]>([
  ["WEB_ROOT", "gateway"],
  ["DRIFT_CHECK_INTERVAL_MS", "availability"],
]);

let sky: TestConstellation;
const names = ["availability", "booking", "gateway", "notification", "recurrence-engine", "sync"] as const;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

async function run(name: string, environment: Readonly<Record<string, string>>) {
  await using service = spawnService(name, environment);
  const { code } = await service.exited;
  return { code, output: service.output() };
}

describe("a configuration from which everything is missing", () => {
  test.each(names)("ends %s with 78, naming every variable", async (name) => {
    const { code, output } = await run(name, {});
    expect(code).toBe(exitConfig);
    const needed = Object.keys(sky.environments[name]).filter(
      (variable) => !optional.has(variable) && !optional.has(`${name} ${variable}`),
    );
    expect(needed.length).toBeGreaterThan(2);
    expect(needed.filter((variable) => !new RegExp(`^ *${variable}: is not set`, "m").test(output))).toEqual([]);
  });
});

describe("wrong values", () => {
  test.each(names)("end %s with 78, naming each variable and repeating no value", async (name) => {
    const environment = sky.environments[name];
    const variables = Object.keys({ ...environment, PORT: "", DRAIN_TIMEOUT_MS: "" }).filter((v) => v in wrong);
    const firsts = Object.fromEntries(variables.map((variable) => [variable, wrong[variable]?.[0] ?? ""]));
    const all = await run(name, { ...environment, ...firsts, LOG_LEVEL: "info" });
    expect(all.code).toBe(exitConfig);
    // spawnService sets the level itself.
    expect(variables.filter((v) => v !== "LOG_LEVEL" && !all.output.includes(`${v}: `))).toEqual([]);
    expect(all.output).not.toContain(secret);
  });

  const cases = Object.entries(wrong).flatMap(([variable, values]) =>
    values.slice(variable === "WEB_ROOT" ? 0 : 1).map((value) => [variable, value] as const),
  );
  test.each(cases)("of %s that only look right are named too: %s", async (variable, value) => {
    const owner = names.find((candidate) => variable in sky.environments[candidate]);
    const name = owner ?? owners.get(variable) ?? "booking";
    const { code, output } = await run(name, { ...sky.environments[name], [variable]: value });
    expect(`${output}\nexit ${code}`).toMatch(new RegExp(`^ *${variable}: [^]*exit 78$`, "m"));
    expect(output).not.toContain(secret);
    expect(output).not.toMatch(/ at .*\.ts:\d+/);
  });
});
