import type { Clock } from "@calends/kit/clock";
import type { AnswerLinks } from "../answer-links.ts";
import type { Availability } from "../availability.ts";
import type { ManageLinks } from "../manage-link.ts";
import type { SignedIds } from "../signed-ids.ts";
import type { Store } from "../store/index.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly availability: Availability;
  readonly manageLinks: ManageLinks;
  readonly answerLinks: AnswerLinks;
  /** Links on which people vote: organization and poll. */
  readonly pollLinks: SignedIds;
  /** What a routing form chose: a booking link and hosts of its type. */
  readonly routeTokens: SignedIds;
}
