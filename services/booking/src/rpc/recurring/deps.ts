import type { Clock } from "@calends/kit/clock";
import type { ManageLinks } from "../../manage-link.ts";
import type { Recurrence } from "../../recurrence.ts";
import type { PlaceDeps } from "../../series/places.ts";

/** What handlers of RecurringBookingService work with. */
export interface RecurringDeps extends PlaceDeps {
  readonly clock: Clock;
  readonly manageLinks: ManageLinks;
  readonly recurrence: Recurrence;
}
