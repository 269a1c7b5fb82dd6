import type { Clock } from "@calends/kit/clock";
import type { Store } from "../store/index.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  /** Tries before a delivery has failed. */
  readonly maxAttempts: number;
  /** Says that deliveries were queued. */
  readonly wakeSender: () => void;
}
