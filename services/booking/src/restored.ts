// Begins a timeline of its own in booking's database after it was restored from a backup; see docs/runbooks/restore.md. It
// runs in the environment of the service, of which no replica may run, after `operate.ts purge booking`:
//
//   node services/booking/src/restored.ts
import { systemClock } from "@calends/kit/clock";
import { ConfigError, exitCodeConfig } from "@calends/kit/config";
import { openDatabase, sqlOf } from "@calends/kit/database";
import { createLogger } from "@calends/kit/logger";
import { connectBroker } from "@calends/messaging/connection";
import { fenceTimeline, republishAll } from "@calends/messaging/timeline";
import { loadConfig } from "./config.ts";
import { migrations } from "./migrations.ts";
import { startTimeline } from "./restore/start-timeline.ts";
import { openStore } from "./store/index.ts";

try {
  const { server, store: storeConfig } = loadConfig(process.env);
  const logger = createLogger("booking", server.logLevel);
  const signal = AbortSignal.timeout(60_000);
  await using stack = new AsyncDisposableStack();
  const pool = await openDatabase("booking", storeConfig, migrations, logger, signal);
  stack.defer(() => pool.end());
  const broker = stack.use(await connectBroker("booking", storeConfig.natsUrl, logger, signal));
  stack.use(await fenceTimeline(broker, storeConfig.databaseUrl, "booking"));
  const republished = await republishAll(sqlOf(pool));
  const store = stack.use(openStore(pool, () => undefined)); // The relay of the service publishes what it tells.
  const report = await startTimeline({ store, clock: systemClock });
  process.stdout.write(`${JSON.stringify({ ...report, republished })}\n`);
} catch (error) {
  process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
