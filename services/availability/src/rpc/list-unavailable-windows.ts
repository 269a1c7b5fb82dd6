import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { endOfTime } from "../domain/slots.ts";
import { unavailableWindows } from "../domain/windows.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readHost } from "./hosts.ts";

const maxWindows = 10_000;

/** Lists everything that takes away of a calendar's time in a range, each with its source. */
export function listUnavailableWindows(
  deps: Deps,
): MethodImpl<typeof AvailabilityService.method.listUnavailableWindows> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range);
    const host = await readHost(deps, organizationId, request.calendarId, span);
    const reasons = new Map(host.time.blocked.map(({ id, reason }) => [id, reason]));
    const windows = unavailableWindows(host, span);
    return {
      windows: windows.slice(0, maxWindows).map(({ startMs, endMs, source, sourceId, name }) => ({
        startTime: timestampFromMs(startMs),
        endTime: timestampFromMs(Math.min(endMs, endOfTime)),
        source,
        sourceId,
        reason: name === "" ? (reasons.get(sourceId) ?? "") : name,
      })),
      truncated: windows.length > maxWindows,
    };
  };
}
