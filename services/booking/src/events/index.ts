import type { ConsumerDeps } from "./deps.ts";
import { startOnBusyChanged } from "./on-busy-changed.ts";
import { startOnCalendarChanged } from "./on-calendar-changed.ts";
import { startOnOccurrencesPlanned } from "./on-occurrences-planned.ts";
import { startOnSeriesChanged } from "./on-series-changed.ts";

/** Starts every consumer of booking. */
export async function startConsumers(deps: ConsumerDeps): Promise<void> {
  deps.stack.use(await startOnSeriesChanged(deps));
  deps.stack.use(await startOnOccurrencesPlanned(deps));
  deps.stack.use(await startOnBusyChanged(deps));
  deps.stack.use(await startOnCalendarChanged(deps));
}
