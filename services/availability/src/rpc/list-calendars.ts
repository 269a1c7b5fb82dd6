import type { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listCalendars } from "../store/calendars.ts";
import { toCalendarMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of the organization's calendars. */
export function listCalendarsRpc({ store }: Deps): MethodImpl<typeof CalendarService.method.listCalendars> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const page = await listCalendars(store, organizationId, pageSize || defaultPageSize, pageToken);
    return { calendars: page.calendars.map(toCalendarMessage), nextPageToken: page.nextPageToken };
  };
}
