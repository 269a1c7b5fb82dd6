import { manageLinkEnded } from "../domain/errors.ts";
import type { Booking } from "../domain/booking.ts";
import { linkEndsAt } from "../domain/link-life.ts";
import type { ManageLink } from "../manage-link.ts";
import { readBooking } from "../store/bookings.ts";
import type { Deps } from "./deps.ts";

/** A booking and its organization, as a manage link leads there. */
export interface Managed {
  readonly organizationId: string;
  readonly booking: Booking;
}

/**
 * The booking of a manage link that can be used now: every RPC that takes such a link begins here, but the one that renews it.
 * Throws INVALID_MANAGE_LINK, MANAGE_LINK_ENDED, or "not found".
 */
export async function readManaged(deps: Deps, manageToken: string): Promise<Managed> {
  const link = deps.manageLinks.read(manageToken);
  const { organizationId, bookingId } = link;
  const booking = await readBooking(deps.store.db, organizationId, bookingId);
  if (hasEnded(link, booking, deps.clock.now())) {
    throw manageLinkEnded();
  }
  return { organizationId, booking };
}

/** Whether a manage link cannot be used any more. */
export function hasEnded(link: ManageLink, booking: Booking, now: Date): boolean {
  return (link.endsAt ?? linkEndsAt(booking)) <= now;
}
