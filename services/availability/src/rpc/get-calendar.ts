import type { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readCalendar } from "../store/calendars.ts";
import { toCalendarMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

/** Reads one calendar. */
export function getCalendar({ store }: Deps): MethodImpl<typeof CalendarService.method.getCalendar> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const calendar = await readCalendar(store.db, organizationId, request.calendarId);
    return { calendar: toCalendarMessage(calendar) };
  };
}
