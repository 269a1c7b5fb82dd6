import type { Parts } from "@calends/kit/service";
import type { Broker } from "@calends/messaging/connection";
import type { SeriesQueues } from "../series/queues.ts";
import type { Store } from "../store/index.ts";

/** What consumers work with. */
export interface ConsumerDeps extends Pick<Parts, "stack" | "clock" | "logger" | "metrics"> {
  readonly store: Store;
  readonly broker: Broker;
  /** Settles what is due of a series at once. */
  readonly wake: SeriesQueues["wake"];
}
