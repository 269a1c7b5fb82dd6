import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listBusy } from "../store/busy.ts";
import { readCalendar } from "../store/calendars.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";

/** Lists what makes a calendar unavailable in a range, each with its source. */
export function listBusyTimes({ store }: Deps): MethodImpl<typeof AvailabilityService.method.listBusyTimes> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const { fromMs, toMs } = fromRange(request.range);
    await readCalendar(store.db, organizationId, request.calendarId);
    const busy = await listBusy(store.db, organizationId, request.calendarId, new Date(fromMs), new Date(toMs));
    const busyTimes = busy.map(({ source, sourceId, startMs, endMs }) => ({
      source,
      sourceId,
      startTime: timestampFromMs(startMs),
      endTime: timestampFromMs(endMs),
    }));
    return { busyTimes };
  };
}
