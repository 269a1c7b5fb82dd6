// Makes the read model of busy time from nothing but booking, in the environment of the service, which may be running:
//
//   node services/availability/src/rebuild.ts [organization …]      all organizations where none is named
import { systemClock } from "@calends/kit/clock";
import { ConfigError, exitCodeConfig } from "@calends/kit/config";
import { openDatabase } from "@calends/kit/database";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createSigner } from "@calends/kit/identity";
import { createLogger } from "@calends/kit/logger";
import { must } from "@calends/kit/must";
import { loadConfig } from "./config.ts";
import { migrations } from "./migrations.ts";
import { createOwner } from "./owner.ts";
import { rebuild } from "./read-model/rebuild.ts";
import { openStore } from "./store/index.ts";
import { listOrganizations } from "./store/read-model.ts";

try {
  const { server, store: storeConfig, bookingTarget } = loadConfig(process.env);
  const target = must(bookingTarget, "BOOKING_TARGET");
  const logger = createLogger("availability", server.logLevel);
  await using stack = new AsyncDisposableStack();
  const pool = await openDatabase("availability", storeConfig, migrations, logger, AbortSignal.timeout(60_000));
  stack.defer(() => pool.end());
  const store = stack.use(openStore(pool, () => undefined)); // It tells no events.
  const askOwner = createOwner(
    stack.use(createGrpcTransport({ target })),
    await createSigner(server.signingKey, systemClock),
  );
  const named = process.argv.slice(2);
  for (const organizationId of named.length > 0 ? named : await listOrganizations(store.db)) {
    const owner = askOwner(organizationId, () => ({}));
    const { bookings, repairs } = await rebuild({ store, logger }, organizationId, owner);
    process.stdout.write(`${organizationId}: ${JSON.stringify({ bookings, ...repairs })}\n`);
  }
} catch (error) {
  process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
