import type { ConsumerDeps } from "./deps.ts";
import { startOnBookingChanged } from "./on-booking-changed.ts";
import { startOnExternalBusyChanged } from "./on-external-busy-changed.ts";
import { startOnSessionChanged } from "./on-session-changed.ts";

/** Starts every consumer of availability. */
export async function startConsumers(deps: ConsumerDeps): Promise<void> {
  deps.stack.use(await startOnBookingChanged(deps));
  deps.stack.use(await startOnSessionChanged(deps));
  deps.stack.use(await startOnExternalBusyChanged(deps));
}
