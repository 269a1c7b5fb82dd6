import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { availableWindows, restOfWindows } from "../domain/windows.ts";
import type { Span } from "../domain/world.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readHost, type KnownHost } from "./hosts.ts";

const maxWindows = 10_000;

/** Lists the time of a calendar that is left in a range. */
export function listAvailableWindows(deps: Deps): MethodImpl<typeof AvailabilityService.method.listAvailableWindows> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range);
    const host = await readHost(deps, organizationId, request.calendarId, span);
    const windows = host.openings.length > 0 && !host.bundle ? ofAvailableTimes(host, span) : ofHours(host, span);
    return {
      windows: windows.slice(0, maxWindows).map(({ startMs, endMs, availableTimeId }) => ({
        startTime: timestampFromMs(startMs),
        endTime: timestampFromMs(endMs),
        partiallyBookable: host.openings.length === 0,
        availableTimeId,
      })),
      truncated: windows.length > maxWindows,
    };
  };
}

function ofHours(host: KnownHost, span: Span) {
  return availableWindows(host, span).map((window) => ({ ...window, availableTimeId: "" }));
}

function ofAvailableTimes({ time, busy }: KnownHost, span: Span) {
  return restOfWindows(time.available, busy, span).map(({ window, ...rest }) => ({
    ...rest,
    availableTimeId: window.id,
  }));
}
