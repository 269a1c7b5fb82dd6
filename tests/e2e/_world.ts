import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import {
  CalendarTimeDraftSchema,
  CalendarTimeFieldsSchema,
} from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { SeriesPatternSchema } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { createBookable, typeFields, type Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { messageOf, sampleTree, type Known } from "./_samples.ts";
import { dayAhead } from "./_util.ts";
import { createChosenAndHeld } from "./_world-bookings.ts";

/** An organization that has one of everything. */
export interface World extends Bookable {
  /** Its ids and addresses by the names of the fields that carry them. */
  readonly known: Known;
}

/** Makes an organization with a calendar, a type, a link, a booking, a delivery and a feed. */
export async function createWorld(sky: TestConstellation): Promise<World> {
  const bookable = await createBookable(sky);
  const { organizationId, calendarId, typeId, slug } = bookable;
  const publicBookings = sky.client(PublicBookingService, organizationId);
  const details = {
    startTime: timestampFromMs(dayAhead(5)),
    booker: { name: "Guest", email: "guest@guest.example" },
    attendees: [{ name: "Other", email: "other@guest.example" }],
  };
  const { booking, manageToken } = await publicBookings.book({ requestId: randomUUID(), slug, details });
  const bookingId = must(booking, "booking").id;
  const bookings = sky.client(BookingService, organizationId);
  const { confirmPath } = await bookings.getManageLink({ bookingId });
  const { path: hostPath } = await bookings.getHostLink({ bookingId, calendarId });
  const feeds = sky.client(FeedService, organizationId);
  const { feed, path } = await feeds.createFeed({ requestId: randomUUID(), calendarId, name: "Ada" });
  const notification = sky.client(NotificationService, organizationId);
  const [delivery] = await until(
    "a delivery",
    async () => (await notification.listDeliveries({})).deliveries,
    (deliveries) => deliveries.length > 0,
  );
  const known: Known = {
    ...(await createTimes(sky, bookable)),
    series_id: await createSeries(sky, bookable),
    calendar_id: calendarId,
    calendar_ids: [calendarId],
    "calends.availability.v1.CreateCalendarRequest.kind": CalendarKind.BUNDLE,
    "calends.availability.v1.CreateCalendarRequest.member_ids": [calendarId],
    "calends.availability.v1.CreateCalendarRequest.primary_member_id": calendarId,
    member_ids: [],
    primary_member_id: "",
    appointment_type_id: typeId,
    booking_link_id: bookable.linkId,
    booking_id: bookingId,
    ignore_booking_id: "",
    feed_id: must(feed, "feed").id,
    delivery_id: must(delivery, "delivery").id,
    manage_token: manageToken,
    confirm_token: confirmPath.replace("/confirm/", ""),
    host_token: hostPath.replace("/host/", ""),
    feed_token: path.replace("/feeds/", ""),
    "calends.booking.v1.AppointmentTypeFields.hosts": typeFields(calendarId).hosts,
    "calends.booking.v1.AppointmentTypeFields.durations": typeFields(calendarId).durations,
    "calends.booking.v1.BookRequest.slug": slug,
    ...(await createPollAndForm(sky, bookable)),
    ...(await createChosenAndHeld(sky, bookable)),
    "calends.booking.v1.RoutingTarget.redirect_url": "",
    "calends.booking.v1.GetBookingPageRequest.slug": slug,
    "calends.booking.v1.ListPublicSlotsRequest.slug": slug,
    external_id: "",
    answers: [],
  };
  return { ...bookable, known };
}

/** A blocked and an available time, on a calendar of their own that manages its windows, and samples that go with them. */
async function createTimes(sky: TestConstellation, { organizationId }: Bookable): Promise<Known> {
  const request = { requestId: randomUUID(), name: "Room", kind: CalendarKind.RESOURCE, timeZone: "UTC" };
  const calendars = sky.client(CalendarService, organizationId);
  const { calendar } = await calendars.createCalendar({ ...request, manageAvailableWindows: true });
  const calendarId = must(calendar, "calendar").id;
  const tree = sampleTree(CalendarTimeDraftSchema, { calendar_id: calendarId, external_id: "" });
  const draft = { requestId: randomUUID(), blockedTime: messageOf(CalendarTimeDraftSchema, tree) };
  const { blockedTime } = await sky.client(BlockedTimeService, organizationId).createBlockedTime(draft);
  const offer = { requestId: randomUUID(), availableTime: draft.blockedTime };
  const { availableTime } = await sky.client(AvailableTimeService, organizationId).createAvailableTime(offer);
  // "This and following" leaves dates before it to the RPCs that come after.
  const second = timestampFromMs(Date.parse("2027-01-02T09:00:00Z"));
  const third = timestampFromMs(Date.parse("2027-01-03T09:00:00Z"));
  const end = timestampFromMs(Date.parse("2027-01-03T10:00:00Z"));
  const fields = { ...sampleTree(CalendarTimeFieldsSchema, { external_id: "" }), startTime: third, endTime: end };
  return {
    blocked_time_id: must(blockedTime, "blocked time").id,
    available_time_id: must(availableTime, "available time").id,
    "calends.availability.v1.CreateBlockedTimeRequest.blocked_time": tree,
    "calends.availability.v1.BulkCreateBlockedTimesRequest.blocked_times": [tree],
    "calends.availability.v1.CreateAvailableTimeRequest.available_time": tree,
    "calends.availability.v1.BulkCreateAvailableTimesRequest.available_times": [tree],
    "calends.availability.v1.DeleteFollowingBlockedTimesRequest.recurrence_id": second,
    "calends.availability.v1.DeleteFollowingAvailableTimesRequest.recurrence_id": second,
    "calends.availability.v1.UpdateFollowingBlockedTimesRequest.recurrence_id": third,
    "calends.availability.v1.UpdateFollowingBlockedTimesRequest.blocked_time": fields,
    "calends.availability.v1.UpdateFollowingAvailableTimesRequest.recurrence_id": third,
    "calends.availability.v1.UpdateFollowingAvailableTimesRequest.available_time": fields,
  };
}

/** A series that booking made, so that it has bookings as well. */
async function createSeries(sky: TestConstellation, { organizationId, typeId }: Bookable): Promise<string> {
  const pattern = sampleTree(SeriesPatternSchema) as MessageInitShape<typeof SeriesPatternSchema>;
  const { series } = await sky.client(RecurringBookingService, organizationId).createRecurringBooking({
    requestId: randomUUID(),
    terms: { appointmentTypeId: typeId, pattern, maxAdvanceDays: 45 },
    booker: { name: "Regular", email: "regular@guest.example" },
  });
  return must(series, "series").id;
}

/** A poll with one proposed time and a routing form without questions. */
async function createPollAndForm(sky: TestConstellation, { organizationId, typeId, linkId }: Bookable): Promise<Known> {
  const poll = { title: "When?", appointmentTypeId: typeId, startTimes: [timestampFromMs(dayAhead(9))] };
  const made = await sky.client(PollService, organizationId).createPoll({ requestId: randomUUID(), fields: poll });
  const { id, votePath } = must(made.poll, "poll");
  const slug = `r-${randomUUID()}`;
  const form = { slug, name: "Route", active: true, rules: [{ target: { bookingLinkId: linkId } }] };
  const routing = sky.client(RoutingService, organizationId);
  const { routingForm } = await routing.createRoutingForm({ requestId: randomUUID(), fields: form });
  return {
    poll_id: id,
    poll_token: votePath.replace("/poll/", ""),
    route_token: "",
    routing_form_id: must(routingForm, "form").id,
    "calends.booking.v1.GetRoutingFormRequest.slug": slug,
    "calends.booking.v1.RouteRequest.slug": slug,
  };
}
