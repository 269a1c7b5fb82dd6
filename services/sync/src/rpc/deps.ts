import type { Clock } from "@calends/kit/clock";
import type { Calendars } from "../calendars.ts";
import type { Store } from "../store/index.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly calendars: Calendars;
  readonly feedSecret: string;
}
