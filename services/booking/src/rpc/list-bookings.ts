import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { listBookings } from "../store/bookings.ts";
import { fromStatusMessages, fromTimestamp, toBookingMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of bookings by start. */
export function listBookingsRpc({ store }: Deps): MethodImpl<typeof BookingService.method.listBookings> {
  return async ({ range, calendarId, statuses, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const filter = {
      from: fromTimestamp(range?.startTime),
      to: fromTimestamp(range?.endTime),
      calendarId: calendarId || null,
      statuses: fromStatusMessages(statuses),
    };
    if (filter.from !== null && filter.to !== null && filter.from >= filter.to) {
      throw invalidField("range.end_time", "start_time must be before end_time");
    }
    const page = await listBookings(store.db, organizationId, filter, pageSize || defaultPageSize, pageToken);
    return { bookings: page.bookings.map(toBookingMessage), nextPageToken: page.nextPageToken };
  };
}
