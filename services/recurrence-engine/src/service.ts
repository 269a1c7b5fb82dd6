import { fileURLToPath } from "node:url";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import type { RecurrenceConfig } from "./config.ts";
import { recurrenceRpcs } from "./rpc/index.ts";

const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** Starts the recurrence engine: recurrence sets validated, described and expanded. */
export function startRecurrenceEngine(config: RecurrenceConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("recurrence-engine", config.server, overrides, async (parts) => {
    await openFoundation("recurrence-engine", config.store, migrations, parts);
    parts.serveRpcs((router) => {
      router.service(RecurrenceService, recurrenceRpcs());
    });
  });
}
