import { fileURLToPath } from "node:url";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { openChangeHub } from "./change-hub.ts";
import type { AvailabilityConfig } from "./config.ts";
import { startConsumers } from "./events/index.ts";
import { findHolidays, unknownHolidayPart } from "./holidays.ts";
import { availabilityRpcs, calendarRpcs, travelRpcs } from "./rpc/index.ts";
import { createSchedules } from "./schedules.ts";
import { createSlotTokens } from "./slot-token.ts";
import { openStore } from "./store/index.ts";
import { createWatches } from "./watch/watches.ts";

const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** Starts availability: calendars, profiles, the read model of busy time, and slots. */
export function startAvailability(config: AvailabilityConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("availability", config.server, overrides, async (parts) => {
    const { pool, broker } = await openFoundation("availability", config.store, migrations, parts);
    const store = parts.stack.use(openStore(pool));
    const { clock, logger, signal: stopping } = parts;
    const hub = parts.stack.use(await openChangeHub(config.store.databaseUrl, logger, stopping));
    const schedules = createSchedules(findHolidays, unknownHolidayPart);
    const slotTokens = createSlotTokens(JSON.stringify(config.server.signingKey));
    const deps = { store, clock, schedules, slotTokens, stopping, watches: createWatches(hub, clock, logger) };
    parts.serveRpcs((router) => {
      router.service(CalendarService, calendarRpcs(deps));
      router.service(TravelService, travelRpcs(deps));
      router.service(AvailabilityService, availabilityRpcs(deps));
    });
    await startConsumers({ ...parts, store, broker });
  });
}
