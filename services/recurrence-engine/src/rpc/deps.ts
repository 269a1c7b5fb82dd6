import type { Clock } from "@calends/kit/clock";
import type { Store } from "../store/index.ts";

/** What handlers of SeriesService work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
}
