import type { ConsumerDeps } from "./deps.ts";
import { startOnEarlierEvents } from "./earlier-events.ts";
import { startOnAllocationsChanged } from "./on-allocations-changed.ts";
import { startOnExternalBusyChanged } from "./on-external-busy-changed.ts";

/** Starts every consumer of availability. */
export async function startConsumers(deps: ConsumerDeps): Promise<void> {
  deps.stack.use(await startOnAllocationsChanged(deps));
  deps.stack.use(await startOnExternalBusyChanged(deps));
  await startOnEarlierEvents(deps);
}
