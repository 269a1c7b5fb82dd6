import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import type { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import type { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import type { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps, WatchDeps } from "./deps.ts";
import type { ReadModelDeps } from "./owner.ts";
import { checkDriftRpc } from "./check-drift.ts";
import { checkSlot } from "./check-slot.ts";
import { createCalendar } from "./create-calendar.ts";
import { explainSlot } from "./explain-slot.ts";
import { findMeetingTimes } from "./find-meeting-times.ts";
import { findSlotsRpc } from "./find-slots.ts";
import { getCalendar } from "./get-calendar.ts";
import { getProfile } from "./get-profile.ts";
import { getTravelTimes } from "./get-travel-times.ts";
import { listAvailableWindows } from "./list-available-windows.ts";
import { listBusyTimes } from "./list-busy-times.ts";
import { listCalendarsRpc } from "./list-calendars.ts";
import { listUnavailableWindows } from "./list-unavailable-windows.ts";
import { queryFreeBusy } from "./query-free-busy.ts";
import { rebuildRpc } from "./rebuild.ts";
import { setProfile } from "./set-profile.ts";
import { setTravelTimes } from "./set-travel-times.ts";
import { updateCalendarRpc } from "./update-calendar.ts";
import { watchSlots } from "./watch-slots.ts";

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
export function availabilityRpcs(deps: WatchDeps): ServiceImpl<typeof AvailabilityService> {
  return {
    findSlots: findSlotsRpc(deps),
    checkSlot: checkSlot(deps),
    explainSlot: explainSlot(deps),
    watchSlots: watchSlots(deps),
    listBusyTimes: listBusyTimes(deps),
    listUnavailableWindows: listUnavailableWindows(deps),
    listAvailableWindows: listAvailableWindows(deps),
    queryFreeBusy: queryFreeBusy(deps),
    findMeetingTimes: findMeetingTimes(deps),
  };
}

/** The RPCs of TravelService. */
export function travelRpcs(deps: Deps): ServiceImpl<typeof TravelService> {
  return { getTravelTimes: getTravelTimes(deps), setTravelTimes: setTravelTimes(deps) };
}

/** The RPCs of ReadModelService. */
export function readModelRpcs(deps: ReadModelDeps): ServiceImpl<typeof ReadModelService> {
  return { checkDrift: checkDriftRpc(deps), rebuild: rebuildRpc(deps) };
}
