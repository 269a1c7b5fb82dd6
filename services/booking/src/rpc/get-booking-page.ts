import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseInactive } from "../domain/appointment-type.ts";
import { refuseDeadLink } from "../domain/booking-link.ts";
import { readLinkBySlug } from "../store/appointment-types.ts";
import { toLocationModeMessage, toQuestionMessage } from "./convert-type.ts";
import type { Deps } from "./deps.ts";

/** Reads what a booking page shows. */
export function getBookingPage({ store, clock }: Deps): MethodImpl<typeof PublicBookingService.method.getBookingPage> {
  return async ({ slug }) => {
    const { link, type } = await readLinkBySlug(store.db, slug);
    refuseDeadLink(link, clock.now());
    refuseInactive(type);
    const { fields } = type;
    return {
      slug,
      name: fields.name,
      description: fields.description,
      durations: fields.durationsMs.map(durationFromMs),
      hostNames: fields.hosts.map(({ name }) => name),
      locationMode: toLocationModeMessage(fields.locationMode),
      questions: link.questions.map(toQuestionMessage),
      requiresConfirmation: fields.requiresConfirmation,
      timeZone: fields.timeZone,
      maxFutureDays: fields.maxFutureDays,
    };
  };
}
