import { create } from "@bufbuild/protobuf";
import {
  ConfirmAddressResponseSchema,
  PublicAnswerService,
} from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { confirmBooker, type Booking } from "../../domain/booking.ts";
import { toPublicMessage } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { changeBooking } from "../mutations.ts";
import { readConfirmed } from "./answered.ts";

const method = PublicAnswerService.method.confirmAddress;

/** Says that a booker's address is theirs, so that attendees are told. */
export function confirmAddress(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId, booking } = await readConfirmed(deps, request.confirmToken);
    const answer = (now: Booking) => create(ConfirmAddressResponseSchema, { booking: toPublicMessage(now) });
    const mutation = { method, request, context, organizationId, actor: "booker", answer };
    return changeBooking(deps, mutation, booking.id, (before, now) =>
      before.bookerUnconfirmed ? confirmBooker(before, now) : null,
    );
  };
}
