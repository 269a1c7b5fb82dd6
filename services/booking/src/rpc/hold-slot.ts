import { create } from "@bufbuild/protobuf";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { BookingService, HoldSlotResponseSchema } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { chooseDuration, refuseInactive } from "../domain/appointment-type.ts";
import type { Booking } from "../domain/booking.ts";
import { readType } from "../store/appointment-types.ts";
import { fromDuration, toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { placeHold } from "./placements.ts";

const method = BookingService.method.holdSlot;
const defaultLifetimeMs = 600_000;

/** Keeps a slot for a while. */
export function holdSlotRpc(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const answer = (booking: Booking) => create(HoldSlotResponseSchema, { hold: toBookingMessage(booking) });
    const mutation = { method, request, context, organizationId, actor, answer };
    return placeHold(deps, mutation, async () => {
      const type = await readType(deps.store.sql, organizationId, request.appointmentTypeId);
      refuseInactive(type);
      if (type.fields.category === "group") {
        throw invalidField("appointment_type_id", "seats of a group are not held");
      }
      const { slotToken, lifetime } = request;
      const draft = {
        slotToken,
        startMs: timestampMs(must(request.startTime, "start_time")),
        durationMs: chooseDuration(type.fields, fromDuration(request.duration), "duration"),
        lifetimeMs: lifetime === undefined ? defaultLifetimeMs : durationMs(lifetime),
      };
      return { type, draft };
    });
  };
}
