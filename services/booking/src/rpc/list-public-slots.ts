import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { chooseDuration, refuseInactive } from "../domain/appointment-type.ts";
import { refuseDeadLink } from "../domain/booking-link.ts";
import { readLinkBySlug } from "../store/appointment-types.ts";
import { fromDuration, fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { routedType } from "./routed.ts";
import { questionOf, typeSlots } from "../slots.ts";

/** Longest range that the public may ask about. */
export const maxPublicDays = 62;

/** Lists the slots of a link. */
export function listPublicSlots(deps: Deps): MethodImpl<typeof PublicBookingService.method.listPublicSlots> {
  return async ({ slug, range, duration, routeToken, timeZone }, context) => {
    const { fromMs, toMs } = fromRange(range, maxPublicDays);
    const { organizationId, link, type: kept } = await readLinkBySlug(deps.store.db, slug);
    const type = routedType(deps, link.id, kept, routeToken);
    refuseDeadLink(link, deps.clock.now());
    refuseInactive(type);
    const durationMs = chooseDuration(type.fields, fromDuration(duration), "duration");
    const question = { ...questionOf(organizationId, type, durationMs), timeZone, signed: true, withWaitlists: true };
    return typeSlots(deps, question, fromMs, toMs, context);
  };
}
