import { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { SeriesChangedSchema } from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { publisherOf } from "@calends/messaging/subjects";
import { openCompute } from "./compute/compute.ts";
import type { RecurrenceConfig } from "./config.ts";
import { startOnOccurrenceSettled } from "./events/on-occurrence-settled.ts";
import { startCompletion } from "./jobs/complete-series.ts";
import { startRolling } from "./jobs/roll-series.ts";
import { migrations } from "./migrations.ts";
import { commitmentRpcs, recurrenceRpcs, seriesRpcs } from "./rpc/index.ts";
import { openStore } from "./store/index.ts";

/** Its events are those of the package calends.recurrence. */
const publisher = publisherOf(SeriesChangedSchema);

/** Starts the recurrence engine: recurrence sets validated, described and expanded, and series kept. */
export function startRecurrenceEngine(config: RecurrenceConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("recurrence-engine", config.server, overrides, async (parts) => {
    const { pool, broker, relay } = await openFoundation(
      "recurrence-engine",
      config.store,
      migrations,
      parts,
      publisher,
    );
    const store = parts.stack.use(openStore(pool, () => relay.nudge()));
    const compute = parts.stack.use(openCompute());
    parts.serveRpcs((router) => {
      router.service(RecurrenceService, recurrenceRpcs({ compute }));
      router.service(SeriesService, seriesRpcs({ store, compute, clock: parts.clock }));
      router.service(CommitmentService, commitmentRpcs({ store, clock: parts.clock }));
    });
    parts.stack.use(await startOnOccurrenceSettled({ ...parts, store, broker }));
    parts.stack.use(startCompletion({ ...parts, store, compute }));
    parts.stack.use(startRolling({ ...parts, store, compute }));
  });
}
