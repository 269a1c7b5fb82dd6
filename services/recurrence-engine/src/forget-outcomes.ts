// Forgets what booking has said of the dates of series after the instant to which its database was restored; see
// docs/runbooks/restore.md. It runs in the environment of the service, which may be running, while booking is not:
//
//   node services/recurrence-engine/src/forget-outcomes.ts <instant, RFC 3339>
import { ConfigError, exitCodeConfig } from "@calends/kit/config";
import { openDatabase } from "@calends/kit/database";
import { createLogger } from "@calends/kit/logger";
import { loadConfig } from "./config.ts";
import { migrations } from "./migrations.ts";
import { openStore } from "./store/index.ts";
import { forgetSettled } from "./store/lost-outcomes.ts";

try {
  const from = new Date(process.argv[2] ?? "");
  if (Number.isNaN(from.getTime())) {
    throw new Error("name the instant to which booking was restored, as in 2026-12-01T08:00:00Z");
  }
  const { server, store: storeConfig } = loadConfig(process.env);
  const logger = createLogger("recurrence-engine", server.logLevel);
  await using stack = new AsyncDisposableStack();
  const pool = await openDatabase("recurrence-engine", storeConfig, migrations, logger, AbortSignal.timeout(60_000));
  stack.defer(() => pool.end());
  const store = stack.use(openStore(pool, () => undefined)); // It tells no events.
  process.stdout.write(`${await forgetSettled(store.db, from)} dates wait for booking\n`);
} catch (error) {
  process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
