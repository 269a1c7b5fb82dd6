import type { Parts } from "@calends/kit/service";
import type { Broker } from "@calends/messaging/connection";
import type { Store } from "../store/index.ts";
import { startOnBookingChanged } from "./on-booking-changed.ts";

/** What consumers work with. */
export interface ConsumerDeps extends Pick<Parts, "stack" | "logger" | "metrics"> {
  readonly store: Store;
  readonly broker: Broker;
}

/** Starts every consumer of sync. */
export async function startConsumers(deps: ConsumerDeps): Promise<void> {
  deps.stack.use(await startOnBookingChanged(deps));
}
