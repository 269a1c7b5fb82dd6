import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import type { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { checkSlot } from "./check-slot.ts";
import { createCalendar } from "./create-calendar.ts";
import { findSlotsRpc } from "./find-slots.ts";
import { getCalendar } from "./get-calendar.ts";
import { getProfile } from "./get-profile.ts";
import { listBusyTimes } from "./list-busy-times.ts";
import { listCalendarsRpc } from "./list-calendars.ts";
import { setProfile } from "./set-profile.ts";
import { updateCalendarRpc } from "./update-calendar.ts";

/** The RPCs of CalendarService. */
export function calendarRpcs(deps: Deps): ServiceImpl<typeof CalendarService> {
  return {
    createCalendar: createCalendar(deps),
    getCalendar: getCalendar(deps),
    listCalendars: listCalendarsRpc(deps),
    updateCalendar: updateCalendarRpc(deps),
    getProfile: getProfile(deps),
    setProfile: setProfile(deps),
  };
}

/** The RPCs of AvailabilityService. */
export function availabilityRpcs(deps: Deps): ServiceImpl<typeof AvailabilityService> {
  return {
    findSlots: findSlotsRpc(deps),
    checkSlot: checkSlot(deps),
    listBusyTimes: listBusyTimes(deps),
  };
}
