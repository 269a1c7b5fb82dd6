import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { findSlots } from "../domain/slots.ts";
import { fromRange, fromRules } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readWorld } from "./world.ts";

const maxSlots = 10_000;

/** Lists the starts in a range at which a meeting can be booked. */
export function findSlotsRpc(deps: Deps): MethodImpl<typeof AvailabilityService.method.findSlots> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const { fromMs, toMs } = fromRange(request.range);
    const rules = fromRules(request.rules);
    const world = await readWorld(deps, organizationId, request.calendarId, fromMs, toMs, request.ignoreBookingId);
    const { starts, truncated } = findSlots(world, rules, fromMs, toMs, maxSlots);
    const slots = starts.map((start) => ({
      startTime: timestampFromMs(start),
      endTime: timestampFromMs(start + rules.durationMs),
    }));
    return { slots, truncated, tzdbVersion: tzdbVersion() };
  };
}
