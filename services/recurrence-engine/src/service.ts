import { fileURLToPath } from "node:url";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import type { RecurrenceConfig } from "./config.ts";

const migrations = fileURLToPath(new URL("../prisma/migrations", import.meta.url));

/** Starts the recurrence engine: recurrence sets validated, described and expanded. */
export function startRecurrenceEngine(config: RecurrenceConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("recurrence-engine", config.server, overrides, async (parts) => {
    await openFoundation("recurrence-engine", config.store, migrations, parts);
    parts.serveRpcs(() => undefined);
  });
}
