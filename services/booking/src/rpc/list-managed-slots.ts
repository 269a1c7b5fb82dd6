import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { readType } from "../store/appointment-types.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { maxPublicDays } from "./list-public-slots.ts";
import { readManaged } from "./managed.ts";
import { movingQuestion, typeSlots } from "../slots.ts";

/** Lists the slots to which the booking of a manage link can be moved. */
export function listManagedSlots(deps: Deps): MethodImpl<typeof PublicBookingService.method.listManagedSlots> {
  return async ({ manageToken, range, timeZone }, context) => {
    const { fromMs, toMs } = fromRange(range, maxPublicDays);
    const { organizationId, booking } = await readManaged(deps, manageToken);
    const type = await readType(deps.store.db, organizationId, booking.appointmentTypeId);
    const question = await movingQuestion(deps, organizationId, type, booking);
    return typeSlots(deps, { ...question, timeZone, signed: true }, fromMs, toMs, context);
  };
}
