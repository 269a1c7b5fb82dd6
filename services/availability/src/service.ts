import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { startService, type Overrides, type Parts, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { openChangeHub } from "./change-hub.ts";
import type { AvailabilityConfig } from "./config.ts";
import { startConsumers } from "./events/index.ts";
import { findHolidays, unknownHolidayPart } from "./holidays.ts";
import { startCheckingBusy } from "./jobs/drift-checks.ts";
import { migrations } from "./migrations.ts";
import { createOwner, type AskOwner } from "./owner.ts";
import { availableTimeRpcs } from "./rpc/available-times.ts";
import { blockedTimeRpcs } from "./rpc/blocked-times.ts";
import { availabilityRpcs, calendarRpcs, readModelRpcs, travelRpcs } from "./rpc/index.ts";
import { createSchedules } from "./schedules.ts";
import { createSlotTokens } from "./slot-token.ts";
import { openStore } from "./store/index.ts";
import { createCursors } from "./watch/cursor.ts";
import { createWatches } from "./watch/watches.ts";

/** Starts availability: calendars, profiles, the read model of busy time, and slots. */
export function startAvailability(config: AvailabilityConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("availability", config.server, overrides, async (parts) => {
    const { pool, broker, relay } = await openFoundation("availability", config.store, migrations, parts);
    const store = parts.stack.use(openStore(pool, () => relay.nudge()));
    const { clock, logger, signal: stopping } = parts;
    const hub = parts.stack.use(await openChangeHub(config.store.databaseUrl, logger, stopping));
    const schedules = createSchedules(findHolidays, unknownHolidayPart);
    const secret = JSON.stringify(config.server.signingKey);
    const [slotTokens, cursors] = [createSlotTokens(secret), createCursors(secret)];
    const watches = createWatches(hub, clock, logger);
    const deps = { store, clock, schedules, slotTokens, stopping, watches, cursors };
    const askOwner = openOwner(config, parts);
    parts.serveRpcs((router) => {
      router.service(CalendarService, calendarRpcs(deps));
      router.service(TravelService, travelRpcs(deps));
      router.service(AvailabilityService, availabilityRpcs(deps));
      router.service(ReadModelService, readModelRpcs({ ...parts, store, askOwner }));
      router.service(BlockedTimeService, blockedTimeRpcs(deps));
      router.service(AvailableTimeService, availableTimeRpcs(deps));
    });
    await startConsumers({ ...parts, store, broker });
    if (askOwner !== undefined) {
      const { databaseUrl } = config.store;
      const intervalMs = config.driftCheckIntervalMs;
      parts.stack.use(startCheckingBusy({ ...parts, store, askOwner, databaseUrl, intervalMs }));
    }
  });
}

function openOwner({ bookingTarget }: AvailabilityConfig, { stack, signer, logger }: Parts): AskOwner | undefined {
  if (bookingTarget === undefined) {
    logger.warn("BOOKING_TARGET is not set: drift of the read model is not looked for");
    return undefined;
  }
  return createOwner(stack.use(createGrpcTransport({ target: bookingTarget })), signer);
}
