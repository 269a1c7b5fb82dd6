import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { bookAt, type Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { createType } from "./_hosts.ts";
import type { Known } from "./_samples.ts";
import { dayAhead } from "./_util.ts";

/** A booking whose host was chosen, and a hold, for the RPCs that are about these alone. */
export async function createChosenAndHeld(sky: TestConstellation, bookable: Bookable): Promise<Known> {
  const { organizationId, calendarId, typeId } = bookable;
  const chosenTypeId = await createType(sky, organizationId, [{ calendarId }], { category: Category.ROUND_ROBIN });
  const chosen = await bookAt(sky, { ...bookable, typeId: chosenTypeId }, dayAhead(13));
  const bookings = sky.client(BookingService, organizationId);
  const asked = { appointmentTypeId: typeId, startTime: timestampFromMs(dayAhead(14)), lifetime: { seconds: 3600n } };
  const { hold } = await bookings.holdSlot({ requestId: randomUUID(), ...asked });
  return {
    "calends.booking.v1.GetAssignmentRequest.booking_id": chosen.id,
    "calends.booking.v1.ReleaseHoldRequest.hold_id": must(hold, "hold").id,
  };
}
