import { isHostedBy, type Booking } from "../../domain/booking.ts";
import { invalidManageLink, manageLinkEnded } from "../../domain/errors.ts";
import { linkEndsAt } from "../../domain/link-life.ts";
import { readBooking } from "../../store/bookings.ts";
import type { Deps } from "../deps.ts";

/** A booking and its organization, as a link in a mail leads there. */
export interface Answered {
  readonly organizationId: string;
  readonly booking: Booking;
}

/** The booking whose booker's address answers by a link. Throws INVALID_MANAGE_LINK, MANAGE_LINK_ENDED, or "not found". */
export function readConfirmed(deps: Deps, token: string): Promise<Answered> {
  const { organizationId, bookingId } = deps.answerLinks.readConfirm(token);
  return readAnswered(deps, organizationId, bookingId);
}

/** The booking that a host answers by a link, and who that is. Throws as {@link readConfirmed}, also for a former host. */
export async function readHosted(deps: Deps, token: string): Promise<Answered & { readonly calendarId: string }> {
  const { organizationId, bookingId, calendarId } = deps.answerLinks.readHost(token);
  const answered = await readAnswered(deps, organizationId, bookingId);
  refuseFormerHost(answered.booking, calendarId);
  return { ...answered, calendarId };
}

/** Throws INVALID_MANAGE_LINK where a booking has gone to another host. */
export function refuseFormerHost(booking: Booking, calendarId: string): void {
  if (!isHostedBy(booking, calendarId)) {
    throw invalidManageLink();
  }
}

async function readAnswered(deps: Deps, organizationId: string, bookingId: string): Promise<Answered> {
  const booking = await readBooking(deps.store.db, organizationId, bookingId);
  if (linkEndsAt(booking) <= deps.clock.now()) {
    throw manageLinkEnded();
  }
  return { organizationId, booking };
}
