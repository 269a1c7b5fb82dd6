import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { memberOf } from "@calends/kit/call";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { refusalsAt, type Refusal, type RefusalReason } from "../domain/slots.ts";
import { fromRules } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readWorld } from "./world.ts";

const sentences: Readonly<Record<RefusalReason, string>> = {
  SLOT_TAKEN: "the slot is taken",
  CALENDAR_BUSY: "the calendar is busy",
  OUTSIDE_HOURS: "the time is outside of the calendar's hours",
  OFF_GRID: "the start is not one of the offered starts",
  NOTICE: "the start is too soon",
  HORIZON: "the start is too far away",
};

/** Says whether a meeting can be booked at one start, and if not, why. */
export function checkSlot(deps: Deps): MethodImpl<typeof AvailabilityService.method.checkSlot> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const rules = fromRules(request.rules);
    const startMs = timestampDate(must(request.startTime, "start_time")).getTime();
    const toMs = startMs + rules.durationMs;
    const world = await readWorld(deps, organizationId, request.calendarId, startMs, toMs, request.ignoreBookingId);
    const refusals = refusalsAt(world, rules, startMs);
    return { available: refusals.length === 0, refusals: refusals.map(toMessage) };
  };
}

function toMessage({ reason, record }: Refusal) {
  return {
    reason: Reason[reason],
    message: sentences[reason],
    recordKind: record?.source ?? "",
    recordId: record?.sourceId ?? "",
  };
}
