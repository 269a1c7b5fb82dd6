import { fileURLToPath } from "node:url";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import type { AvailabilityConfig } from "./config.ts";
import { startConsumers } from "./events/index.ts";
import { availabilityRpcs, calendarRpcs } from "./rpc/index.ts";
import { openStore } from "./store/index.ts";

const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** Starts availability: calendars, profiles, the read model of busy time, and slots. */
export function startAvailability(config: AvailabilityConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("availability", config.server, overrides, async (parts) => {
    const { pool, broker } = await openFoundation("availability", config.store, migrations, parts);
    const store = parts.stack.use(openStore(pool));
    const deps = { store, clock: parts.clock };
    parts.serveRpcs((router) => {
      router.service(CalendarService, calendarRpcs(deps));
      router.service(AvailabilityService, availabilityRpcs(deps));
    });
    await startConsumers({ ...parts, store, broker });
  });
}
