import type { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../deps.ts";
import { confirmAddress } from "./confirm-address.ts";
import { confirmHostedBooking } from "./confirm-hosted-booking.ts";
import { declineHostedBooking } from "./decline-hosted-booking.ts";
import { getAddressConfirmation } from "./get-address-confirmation.ts";
import { getHostedBooking } from "./get-hosted-booking.ts";

/** The RPCs of PublicAnswerService. */
export function publicAnswerRpcs(deps: Deps): ServiceImpl<typeof PublicAnswerService> {
  return {
    getAddressConfirmation: getAddressConfirmation(deps),
    confirmAddress: confirmAddress(deps),
    getHostedBooking: getHostedBooking(deps),
    confirmHostedBooking: confirmHostedBooking(deps),
    declineHostedBooking: declineHostedBooking(deps),
  };
}
