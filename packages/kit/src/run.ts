import { once } from "node:events";
import { ConfigError, exitCodeConfig } from "./config.ts";
import type { RunningService } from "./service.ts";

/**
 * A service's main: reads the configuration, starts, waits for SIGTERM or SIGINT, and closes. A wrong configuration ends
 * with exit code 78, a failed start with 1; the process ends by itself once nothing is left open.
 */
export async function run<C>(load: () => C, start: (config: C) => Promise<RunningService>): Promise<void> {
  try {
    const config = load();
    await using service = await start(config);
    await Promise.race([untilSignal(), service.ready.then(() => untilSignal())]);
  } catch (error) {
    process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
    process.stderr.write(`${error instanceof ConfigError ? error.message : describe(error)}\n`);
  }
}

async function untilSignal(): Promise<void> {
  const stop = new AbortController();
  await Promise.race([
    once(process, "SIGTERM", { signal: stop.signal }),
    once(process, "SIGINT", { signal: stop.signal }),
  ]);
  stop.abort();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
