import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { createCalendars } from "./calendars.ts";
import type { SyncConfig } from "./config.ts";
import { startConsumers } from "./events/index.ts";
import { startCheckingFeeds } from "./jobs/drift-checks.ts";
import { migrations } from "./migrations.ts";
import { createOwner } from "./owner.ts";
import { feedRpcs } from "./rpc/index.ts";
import { openStore } from "./store/index.ts";

/** Starts sync: private iCalendar feeds of calendars. */
export function startSync(config: SyncConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("sync", config.server, overrides, async (parts) => {
    const { pool, broker } = await openFoundation("sync", config.store, migrations, parts);
    const store = parts.stack.use(openStore(pool));
    const transport = parts.stack.use(createGrpcTransport({ target: config.availabilityTarget }));
    const calendars = createCalendars(transport, parts.signer);
    const deps = { store, clock: parts.clock, calendars, feedSecret: config.feedSecret };
    parts.serveRpcs((router) => {
      router.service(FeedService, feedRpcs(deps));
    });
    await startConsumers({ ...parts, store, broker });
    const toBooking = parts.stack.use(createGrpcTransport({ target: config.bookingTarget }));
    const askOwner = createOwner(toBooking, parts.signer);
    const { databaseUrl } = config.store;
    parts.stack.use(
      startCheckingFeeds({ ...parts, store, askOwner, databaseUrl, intervalMs: config.driftCheckIntervalMs }),
    );
  });
}
