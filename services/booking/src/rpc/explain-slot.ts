import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { chooseDuration } from "../domain/appointment-type.ts";
import { seatsLeft } from "../domain/session.ts";
import { readType } from "../store/appointment-types.ts";
import { fromDuration } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { openSessions, reachedLimits } from "./slots.ts";

/** Names every rule that allows or forbids one start of a type. */
export function explainSlot(deps: Deps): MethodImpl<typeof BookingService.method.explainSlot> {
  return async ({ appointmentTypeId, startTime, duration }, context) => {
    const { organizationId } = memberOf(context);
    const startMs = timestampMs(must(startTime, "start_time"));
    const { fields } = await readType(deps.store.db, organizationId, appointmentTypeId);
    const durationMs = chooseDuration(fields, fromDuration(duration), "duration");
    const question = { organizationId, appointmentTypeId, fields, durationMs };
    const limits = await reachedLimits(deps, question, startMs, startMs + 1);
    const open = await openSessions(deps, question, { fromMs: startMs, toMs: startMs + 1, full: fields.waitlist });
    const sessions = open.map((session) => ({ startMs, seatsLeft: Math.max(1, seatsLeft(session)) }));
    const { available, rules, refusals } = await deps.availability.explainSlot(
      { ...question, limits, sessions },
      startMs,
      context,
    );
    return { available, rules, refusals };
  };
}
