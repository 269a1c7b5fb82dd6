import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { callOf } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { lockForChange } from "../changing.ts";
import { renewLink } from "../domain/booking.ts";
import { mayRenew, renewalsCountFrom } from "../domain/link-life.ts";
import { tellChange } from "../facts.ts";
import type { ManageLink } from "../manage-link.ts";
import { listChangedAt, updateBooking } from "../store/bookings.ts";
import type { Tx } from "../store/index.ts";
import type { Deps } from "./deps.ts";
import { hasEnded } from "./managed.ts";

/** Has a new link mailed to the booker of one that has ended. Whatever the token is, the answer says nothing of it. */
export function renewManageLink(deps: Deps): MethodImpl<typeof PublicBookingService.method.renewManageLink> {
  return async ({ manageToken }, context) => {
    try {
      const link = deps.manageLinks.read(manageToken);
      await deps.store.transaction((tx) => renew(deps, tx, link, callOf(context).trace));
    } catch (error) {
      if (!isAboutTheToken(error)) {
        throw error;
      }
      // There is no such link or booking: the answer is the same as where there is one.
    }
    return {};
  };
}

async function renew(deps: Deps, tx: Tx, link: ManageLink, trace: Parameters<typeof tellChange>[4]): Promise<void> {
  const { organizationId, bookingId } = link;
  const booking = await lockForChange(tx, organizationId, bookingId);
  const now = deps.clock.now();
  const ofBooking = { organizationId, bookingId };
  const renewedAt = await listChangedAt(tx, ofBooking, "link_renewed", renewalsCountFrom(now));
  if (hasEnded(link, booking, now) && mayRenew(renewedAt, now)) {
    const renewed = renewLink(booking, now);
    await updateBooking(tx, organizationId, booking, renewed, "booker");
    await tellChange(deps, tx, organizationId, renewed, trace);
  }
}

function isAboutTheToken(error: unknown): boolean {
  return error instanceof DomainError && (error.kind === "not_found" || error.reason === "INVALID_MANAGE_LINK");
}
