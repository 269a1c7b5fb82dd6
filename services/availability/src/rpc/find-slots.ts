import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { findSlots } from "../domain/slots.ts";
import { boundBytes, fromQuery, refuseUnknownZone } from "./convert-query.ts";
import { toFreshnessMessage, toSlotMessage } from "./convert-slots.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readWorld } from "./world.ts";

const defaultMaxSlots = 10_000;

/** Lists the starts in a range at which a meeting can be booked. */
export function findSlotsRpc(deps: Deps): MethodImpl<typeof AvailabilityService.method.findSlots> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range);
    const question = fromQuery(request.query, deps.schedules);
    if (request.timeZone !== "") {
      refuseUnknownZone(request.timeZone, "time_zone");
    }
    const { world, freshness } = await readWorld(deps, organizationId, question, span, "list");
    const limit = request.maxSlots || defaultMaxSlots;
    const { slots, truncated } = findSlots(world, question.rules, span.fromMs, span.toMs, limit);
    const sign = request.sign
      ? deps.slotTokens.signer({ organizationId, query: boundBytes(request.query) }, world.nowMs)
      : () => "";
    return {
      slots: slots.map((slot) => toSlotMessage(slot, request.timeZone, sign(slot))),
      truncated,
      tzdbVersion: tzdbVersion(),
      freshness: freshness.map((entry) => toFreshnessMessage(entry, question.freshness.maxStalenessMs, world.nowMs)),
    };
  };
}
