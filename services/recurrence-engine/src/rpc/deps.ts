import type { Clock } from "@calends/kit/clock";
import type { Compute } from "../compute/compute.ts";
import type { Store } from "../store/index.ts";

/** What handlers work with that keep nothing. */
export interface SetDeps {
  readonly compute: Compute;
}

/** What handlers of SeriesService work with. */
export interface Deps extends SetDeps {
  readonly store: Store;
  readonly clock: Clock;
}
