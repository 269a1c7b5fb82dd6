import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readHost } from "./hosts.ts";

const maxBusyTimes = 10_000;

/** Lists what makes a calendar unavailable in a range, each with its source; the first ten thousand. */
export function listBusyTimes(deps: Deps): MethodImpl<typeof AvailabilityService.method.listBusyTimes> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range);
    const host = await readHost(deps, organizationId, request.calendarId, span);
    const busy = host.busy.filter(({ startMs, endMs }) => startMs < span.toMs && endMs > span.fromMs);
    const busyTimes = busy.slice(0, maxBusyTimes).map(({ source, sourceId, startMs, endMs }) => ({
      source,
      sourceId,
      startTime: timestampFromMs(startMs),
      endTime: timestampFromMs(endMs),
    }));
    return { busyTimes, truncated: busy.length > maxBusyTimes };
  };
}
