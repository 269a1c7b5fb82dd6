import type { Parts } from "@calends/kit/service";
import type { Broker } from "@calends/messaging/connection";
import type { Store } from "../store/index.ts";

/** What consumers work with. */
export interface ConsumerDeps extends Pick<Parts, "stack" | "logger" | "metrics" | "clock"> {
  readonly store: Store;
  readonly broker: Broker;
  /** Tries before a delivery has failed. */
  readonly maxAttempts: number;
  /** How long the mail of a booking's first move waits, so that a later change can supersede it. */
  readonly quietMs: number;
  /** Says that deliveries were queued. */
  readonly wakeSender: () => void;
}
