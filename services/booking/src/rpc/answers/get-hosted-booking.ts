import type { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { confirm, decline } from "../../domain/booking.ts";
import { toPublicMessage } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { isAllowed } from "../is-allowed.ts";
import { readHosted } from "./answered.ts";

/** Reads the booking of a host's link, with what the host may answer: the checks are those of doing it. */
export function getHostedBooking(deps: Deps): MethodImpl<typeof PublicAnswerService.method.getHostedBooking> {
  return async ({ hostToken }) => {
    const { booking } = await readHosted(deps, hostToken);
    const now = deps.clock.now();
    return {
      booking: toPublicMessage(booking),
      attendees: [...booking.attendees],
      answers: [...booking.answers],
      canConfirm: isAllowed(() => void confirm(booking, now)),
      canDecline: isAllowed(() => void decline(booking, "", now)),
    };
  };
}
