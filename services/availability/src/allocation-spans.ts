import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Allocation } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import type { BusySpan } from "./domain/drift.ts";

/** The spans in which a booking's active allocations make calendars busy; events and booking's answers have the same. */
export function activeSpans(allocations: readonly Allocation[]): BusySpan[] {
  return allocations
    .filter(({ active }) => active)
    .map(({ calendarId, startTime, endTime, place }) => ({
      calendarId,
      startsAt: timestampDate(must(startTime, "start_time")),
      endsAt: timestampDate(must(endTime, "end_time")),
      place,
    }));
}
