// Makes what feeds show from nothing but booking, in the environment of the service, which may be running:
//
//   node services/sync/src/rebuild.ts [organization …]      all organizations where none is named
import { systemClock } from "@calends/kit/clock";
import { ConfigError, exitCodeConfig } from "@calends/kit/config";
import { openDatabase } from "@calends/kit/database";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createSigner } from "@calends/kit/identity";
import { createLogger } from "@calends/kit/logger";
import { loadConfig } from "./config.ts";
import { migrations } from "./migrations.ts";
import { createOwner } from "./owner.ts";
import { rebuild } from "./read-model/check-drift.ts";
import { openStore } from "./store/index.ts";
import { listOrganizations } from "./store/read-model.ts";

try {
  const { server, store: storeConfig, bookingTarget } = loadConfig(process.env);
  const logger = createLogger("sync", server.logLevel);
  await using stack = new AsyncDisposableStack();
  const pool = await openDatabase("sync", storeConfig, migrations, logger, AbortSignal.timeout(60_000));
  stack.defer(() => pool.end());
  const store = stack.use(openStore(pool));
  const transport = stack.use(createGrpcTransport({ target: bookingTarget }));
  const askOwner = createOwner(transport, await createSigner(server.signingKey, systemClock));
  const named = process.argv.slice(2);
  for (const organizationId of named.length > 0 ? named : await listOrganizations(store.db)) {
    const owner = askOwner(organizationId, new AbortController().signal);
    const { compared, repairs } = await rebuild({ store, logger }, organizationId, owner);
    process.stdout.write(`${organizationId}: ${JSON.stringify({ compared, ...repairs })}\n`);
  }
} catch (error) {
  process.exitCode = error instanceof ConfigError ? exitCodeConfig : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
