import type { Clock } from "@calends/kit/clock";
import type { Schedules } from "../schedules.ts";
import type { SlotTokens } from "../slot-token.ts";
import type { Store } from "../store/index.ts";
import type { Cursors } from "../watch/cursor.ts";
import type { Watches } from "../watch/watches.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly schedules: Schedules;
  readonly slotTokens: SlotTokens;
}

/** What streams work with beside: they last until the service stops. */
export interface WatchDeps extends Deps {
  readonly watches: Watches;
  readonly cursors: Cursors;
  readonly stopping: AbortSignal;
}
