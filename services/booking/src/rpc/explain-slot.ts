import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { chooseDuration } from "../domain/appointment-type.ts";
import { readType } from "../store/appointment-types.ts";
import { fromDuration } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { explainStart, questionOf } from "../slots.ts";

/** Names every rule that allows or forbids one start of a type. */
export function explainSlot(deps: Deps): MethodImpl<typeof BookingService.method.explainSlot> {
  return async ({ appointmentTypeId, startTime, duration }, context) => {
    const { organizationId } = memberOf(context);
    const startMs = timestampMs(must(startTime, "start_time"));
    const type = await readType(deps.store.db, organizationId, appointmentTypeId);
    const durationMs = chooseDuration(type.fields, fromDuration(duration), "duration");
    const question = questionOf(organizationId, type, durationMs);
    return explainStart(deps, question, startMs, context);
  };
}
