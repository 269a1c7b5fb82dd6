// Run this after booking's database was restored (docs/runbooks/restore.md). It stops the mails about versions of bookings
// that booking no longer knows, and lists those versions with the number of people who were already told. Give it the
// environment of the service. Booking has to run, notification should not:
//
//   node services/notification/src/forget-lost.ts
import { systemClock } from "@calends/kit/clock";
import { ConfigError, exitCodeConfig } from "@calends/kit/config";
import { openDatabase } from "@calends/kit/database";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createSigner } from "@calends/kit/identity";
import { createLogger } from "@calends/kit/logger";
import { loadConfig } from "./config.ts";
import { createFindKnownVersions } from "./known-versions.ts";
import { migrations } from "./migrations.ts";
import { forgetLost } from "./restore/forget-lost.ts";
import { openStore } from "./store/index.ts";

try {
  const { server, store: storeConfig, bookingTarget } = loadConfig(process.env);
  const logger = createLogger("notification", server.logLevel);
  await using stack = new AsyncDisposableStack();
  const pool = await openDatabase("notification", storeConfig, migrations, logger, AbortSignal.timeout(60_000));
  stack.defer(() => pool.end());
  const store = stack.use(openStore(pool));
  const transport = stack.use(createGrpcTransport({ target: bookingTarget }));
  const findKnown = createFindKnownVersions(transport, await createSigner(server.signingKey, systemClock));
  let told = 0;
  let stopped = 0;
  for await (const { organizationId, bookingId, version, ...counts } of forgetLost({ store, findKnown })) {
    told += counts.told;
    stopped += counts.stopped;
    process.stdout.write(`${organizationId} ${bookingId} version ${version}: ${JSON.stringify(counts)}\n`);
  }
  process.stdout.write(`in all: ${JSON.stringify({ told, stopped })}\n`);
} catch (error) {
  process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
