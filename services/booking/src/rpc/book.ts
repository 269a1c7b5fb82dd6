import { create } from "@bufbuild/protobuf";
import {
  BookResponseSchema,
  PublicBookingService,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { Sql } from "@calends/kit/database";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseInactive } from "../domain/appointment-type.ts";
import { refuseDeadLink, validateAnswers } from "../domain/booking-link.ts";
import type { Booking } from "../domain/booking.ts";
import { validateGuests } from "../domain/guests.ts";
import { readLinkBySlug, useLinkUp } from "../store/appointment-types.ts";
import { fromDetails, toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { routedType } from "./routed.ts";
import { placeBooking } from "./placements.ts";

const method = PublicBookingService.method.book;

/** Books a slot of a link. */
export function book(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, link, type: kept } = await readLinkBySlug(deps.store.db, request.slug);
    const type = routedType(deps, link.id, kept, request.routeToken);
    const answer = (booking: Booking) =>
      create(BookResponseSchema, {
        booking: toPublicMessage(booking),
        confirmationMessage: link.message,
        redirectUrl: link.redirectUrl,
      });
    const mutation = { method, request, context, organizationId, actor: "booker", answer };
    const response = await placeBooking(deps, mutation, async () => {
      refuseDeadLink(link, deps.clock.now());
      refuseInactive(type);
      const details = fromDetails(request.details, type.fields);
      validateGuests(details.booker, details.attendees);
      const answers = validateAnswers(link.questions, details.answers);
      const routedCalendarIds = request.routeToken === "" ? [] : type.fields.hosts.map(({ calendarId }) => calendarId);
      const ofLink = { externalId: null, linkId: link.id, bookerUnconfirmed: !link.trustsBookers };
      const draft = { ...details, ...ofLink, answers, routedCalendarIds };
      const useUp = (tx: Sql) => useLinkUp(tx, organizationId, link.id);
      return { type, draft, ...(link.singleUse ? { inTransaction: useUp } : {}) };
    });
    // The token is not kept with the answer: it follows from the booking.
    const bookingId = must(response.booking, "booking").id;
    return { ...response, manageToken: deps.manageLinks.token({ organizationId, bookingId }) };
  };
}
