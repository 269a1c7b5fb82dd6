import { create } from "@bufbuild/protobuf";
import {
  DeclineHostedBookingResponseSchema,
  PublicAnswerService,
} from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { decline, type Booking } from "../../domain/booking.ts";
import { toPublicMessage } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { changeBooking } from "../mutations.ts";
import { readHosted, refuseFormerHost } from "./answered.ts";

const method = PublicAnswerService.method.declineHostedBooking;

/** Declines the booking of a host's link. */
export function declineHostedBooking(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, booking: hosted, calendarId } = await readHosted(deps, request.hostToken);
    const answer = (booking: Booking) =>
      create(DeclineHostedBookingResponseSchema, { booking: toPublicMessage(booking) });
    const mutation = { method, request, context, organizationId, actor: `host:${calendarId}`, answer };
    return changeBooking(deps, mutation, hosted.id, (booking, now) => {
      refuseFormerHost(booking, calendarId);
      return decline(booking, request.reason, now);
    });
  };
}
