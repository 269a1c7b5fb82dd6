import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { chooseDuration, refuseInactive } from "../domain/appointment-type.ts";
import { readType } from "../store/appointment-types.ts";
import { fromDuration, fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { questionOf, typeSlots } from "../slots.ts";

const maxDays = 400;

/** Lists the starts at which a type can be booked. */
export function listSlots(deps: Deps): MethodImpl<typeof BookingService.method.listSlots> {
  return async ({ appointmentTypeId, range, duration, timeZone }, context) => {
    const { organizationId } = memberOf(context);
    const { fromMs, toMs } = fromRange(range, maxDays);
    const type = await readType(deps.store.db, organizationId, appointmentTypeId);
    refuseInactive(type);
    const durationMs = chooseDuration(type.fields, fromDuration(duration), "duration");
    const question = { ...questionOf(organizationId, type, durationMs), timeZone, signed: true, withWaitlists: true };
    return typeSlots(deps, question, fromMs, toMs, context);
  };
}
