import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  BookingAllocationsSchema,
  type BookingAllocations as AllocationsMessage,
} from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import type { BookingAllocations } from "../store/allocations.ts";

/** What a booking takes, as a message; every allocation has the booking's place, as in its events. */
export function toAllocationsMessage({ place, ...booking }: BookingAllocations): AllocationsMessage {
  return create(BookingAllocationsSchema, {
    bookingId: booking.bookingId,
    version: booking.version,
    updateTime: timestampFromDate(booking.updatedAt),
    allocations: booking.allocations.map(({ calendarId, startsAt, endsAt, active }) => ({
      calendarId,
      startTime: timestampFromDate(startsAt),
      endTime: timestampFromDate(endsAt),
      active,
      place,
    })),
  });
}
