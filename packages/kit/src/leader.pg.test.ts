import { createDatabase, type TestDatabase } from "@calends/testkit/postgres";
import { createProxy, type Proxy } from "@calends/testkit/proxy";
import { until } from "@calends/testkit/until";
import { afterEach, beforeEach, expect, test } from "vitest";
import { whileLeading } from "./leader.ts";

const lock = 4711;

let database: TestDatabase;
let way: Proxy;
let stop: AbortController;

beforeEach(async () => {
  database = await createDatabase("leader");
  way = await createProxy(database.url);
  await way.open();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await way[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Lets a process try to lead, and records when it does. */
function candidate(databaseUrl: string) {
  const seen = { leading: false, ended: undefined as unknown };
  const leadership = { databaseUrl, name: "test-leader", lock, signal: stop.signal, beatMs: 200 };
  const running = whileLeading(leadership, async (signal) => {
    seen.leading = true;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    seen.leading = false;
  }).catch((error: unknown) => {
    seen.ended = error;
  });
  return { seen, running };
}

test("of two processes that try to lead one leads, and the other follows when the first has stopped", async () => {
  const ending = new AbortController();
  const led: string[] = [];
  const lead = (name: string, signal: AbortSignal) =>
    whileLeading({ databaseUrl: database.url, name, lock, signal, beatMs: 20 }, async (leading) => {
      led.push(name);
      await new Promise((resolve) => leading.addEventListener("abort", resolve, { once: true }));
    });
  const first = lead("first", ending.signal);
  await until("the first leads", () => led.length === 1);
  const second = lead("second", stop.signal);
  ending.abort();
  await first;
  await until("the second leads", () => led.length === 2);
  expect(led).toEqual(["first", "second"]);
  stop.abort();
  await second;
});

test("a leader behind a partition is followed by another within 20 seconds, and stops leading itself", async () => {
  const cutOff = candidate(way.url);
  await until("the first leads", () => cutOff.seen.leading);
  const next = candidate(database.url);
  const startedAt = performance.now();
  way.freeze();
  await until("the second leads", () => next.seen.leading);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  await until("the first knows that it leads no more", () => cutOff.seen.ended !== undefined);
  expect(cutOff.seen.leading).toBe(false);
  stop.abort();
  await Promise.all([cutOff.running, next.running]);
});
