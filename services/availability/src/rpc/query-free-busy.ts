import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { memberOf } from "@calends/kit/call";
import { pairsOf, type Intervals } from "@calends/time/intervals";
import type { MethodImpl } from "@connectrpc/connect";
import { takenTime } from "../domain/windows.ts";
import { findSlotCalendars } from "../store/slot-reads.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readHosts } from "./hosts.ts";

const maxDays = 62;

/** Lists the busy time of many calendars. */
export function queryFreeBusy(deps: Deps): MethodImpl<typeof AvailabilityService.method.queryFreeBusy> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range, "range", maxDays);
    const calendars = await findSlotCalendars(deps.store.pool, organizationId, request.calendarIds, span);
    const hosts = await readHosts(deps, organizationId, calendars, span);
    return {
      calendars: request.calendarIds.map((calendarId) => {
        const host = hosts.get(calendarId);
        if (host === undefined) {
          return { calendarId, error: Reason.NOT_FOUND };
        }
        const { taken, outside } = takenTime(host, span);
        return { calendarId, busy: toRanges(taken), outsideHours: toRanges(outside) };
      }),
    };
  };
}

function toRanges(intervals: Intervals) {
  return [...pairsOf(intervals)].map(([startMs, endMs]) => ({
    startTime: timestampFromMs(startMs),
    endTime: timestampFromMs(endMs),
  }));
}
