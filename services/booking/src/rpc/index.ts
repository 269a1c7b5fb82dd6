import type { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import type { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import type { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { acceptManagedOffer } from "./accept-managed-offer.ts";
import { acceptOffer } from "./accept-offer.ts";
import { batchGetAllocations } from "./batch-get-allocations.ts";
import { book } from "./book.ts";
import { cancelBooking } from "./cancel-booking.ts";
import { cancelManagedBooking } from "./cancel-managed-booking.ts";
import { completeBooking } from "./complete-booking.ts";
import { confirmBooking } from "./confirm-booking.ts";
import { createAppointmentType } from "./create-appointment-type.ts";
import { createBookingLink } from "./create-booking-link.ts";
import { createBooking } from "./create-booking.ts";
import { declineBooking } from "./decline-booking.ts";
import { explainSlot } from "./explain-slot.ts";
import { getAppointmentType } from "./get-appointment-type.ts";
import { getAssignment } from "./get-assignment.ts";
import { getBookingPage } from "./get-booking-page.ts";
import { getHostLink } from "./get-host-link.ts";
import { getManageLink } from "./get-manage-link.ts";
import { getBooking } from "./get-booking.ts";
import { getManagedBooking } from "./get-managed-booking.ts";
import { listAllocationsRpc } from "./list-allocations.ts";
import { holdSlotRpc } from "./hold-slot.ts";
import { listAppointmentTypes } from "./list-appointment-types.ts";
import { listBookingLinks } from "./list-booking-links.ts";
import { listBookingsRpc } from "./list-bookings.ts";
import { listManagedSlots } from "./list-managed-slots.ts";
import { listPublicSlots } from "./list-public-slots.ts";
import { listSlots } from "./list-slots.ts";
import { markNoShowRpc } from "./mark-no-show.ts";
import { renewManageLink } from "./renew-manage-link.ts";
import { releaseHoldRpc } from "./release-hold.ts";
import { meetRequirementRpc } from "./meet-requirement.ts";
import { rescheduleBooking } from "./reschedule-booking.ts";
import { rescheduleManagedBooking } from "./reschedule-managed-booking.ts";
import { summarizeCalendarsRpc } from "./summarize-calendars.ts";
import { updateAppointmentType } from "./update-appointment-type.ts";
import { updateBookingLink } from "./update-booking-link.ts";

/** The RPCs of AppointmentTypeService. */
export function appointmentTypeRpcs(deps: Deps): ServiceImpl<typeof AppointmentTypeService> {
  return {
    createAppointmentType: createAppointmentType(deps),
    getAppointmentType: getAppointmentType(deps),
    listAppointmentTypes: listAppointmentTypes(deps),
    updateAppointmentType: updateAppointmentType(deps),
    createBookingLink: createBookingLink(deps),
    listBookingLinks: listBookingLinks(deps),
    updateBookingLink: updateBookingLink(deps),
  };
}

/** The RPCs of BookingService. */
export function bookingRpcs(deps: Deps): ServiceImpl<typeof BookingService> {
  return {
    listSlots: listSlots(deps),
    explainSlot: explainSlot(deps),
    createBooking: createBooking(deps),
    holdSlot: holdSlotRpc(deps),
    releaseHold: releaseHoldRpc(deps),
    getBooking: getBooking(deps),
    getAssignment: getAssignment(deps),
    getManageLink: getManageLink(deps),
    getHostLink: getHostLink(deps),
    listBookings: listBookingsRpc(deps),
    confirmBooking: confirmBooking(deps),
    declineBooking: declineBooking(deps),
    meetRequirement: meetRequirementRpc(deps),
    cancelBooking: cancelBooking(deps),
    rescheduleBooking: rescheduleBooking(deps),
    acceptOffer: acceptOffer(deps),
    completeBooking: completeBooking(deps),
    markNoShow: markNoShowRpc(deps),
  };
}

/** The RPCs of PublicBookingService. */
export function publicBookingRpcs(deps: Deps): ServiceImpl<typeof PublicBookingService> {
  return {
    getBookingPage: getBookingPage(deps),
    listPublicSlots: listPublicSlots(deps),
    book: book(deps),
    getManagedBooking: getManagedBooking(deps),
    cancelManagedBooking: cancelManagedBooking(deps),
    rescheduleManagedBooking: rescheduleManagedBooking(deps),
    acceptManagedOffer: acceptManagedOffer(deps),
    renewManageLink: renewManageLink(deps),
    listManagedSlots: listManagedSlots(deps),
  };
}

/** The RPCs of AllocationService. */
export function allocationRpcs(deps: Pick<Deps, "store">): ServiceImpl<typeof AllocationService> {
  return {
    summarizeCalendars: summarizeCalendarsRpc(deps),
    listAllocations: listAllocationsRpc(deps),
    batchGetAllocations: batchGetAllocations(deps),
  };
}
