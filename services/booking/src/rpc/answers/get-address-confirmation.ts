import type { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { toPublicMessage } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { readConfirmed } from "./answered.ts";

type Method = typeof PublicAnswerService.method.getAddressConfirmation;

/** Reads what the link in a booker's mail would confirm. */
export function getAddressConfirmation(deps: Deps): MethodImpl<Method> {
  return async ({ confirmToken }) => {
    const { booking } = await readConfirmed(deps, confirmToken);
    return { booking: toPublicMessage(booking), attendees: [...booking.attendees] };
  };
}
