import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseBookerCancel, refuseBookerReschedule } from "../domain/policy.ts";
import { readType } from "../store/appointment-types.ts";
import { toPublicMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { isAllowed } from "./is-allowed.ts";
import { readManaged } from "./managed.ts";

/** Reads the booking of a manage link, with what its booker may do: the checks are those of doing it. */
export function getManagedBooking(deps: Deps): MethodImpl<typeof PublicBookingService.method.getManagedBooking> {
  return async ({ manageToken }) => {
    const { organizationId, booking } = await readManaged(deps, manageToken);
    const { fields } = await readType(deps.store.sql, organizationId, booking.appointmentTypeId);
    const now = deps.clock.now();
    const canCancel = isAllowed(() => refuseBookerCancel(fields, booking, now));
    const canReschedule = isAllowed(() => refuseBookerReschedule(fields, booking, now));
    return { booking: toPublicMessage(booking), changeable: canCancel || canReschedule, canCancel, canReschedule };
  };
}
