import type { DescService } from "@bufbuild/protobuf";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PollService, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { PublicRoutingService, RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { accessRule } from "@calends/kit/gate";
import type { Upstream } from "./config.ts";

/** All scopes that the RPCs behind the gateway require. */
export function everyScope(): string[] {
  const rules = upstreamServices.flatMap(([, service]) => service.methods.map(accessRule));
  return [...new Set(rules.flatMap((rule) => (rule.kind === "scope" ? [rule.scope] : [])))];
}

/** Every service that the gateway passes on, by where it lives. Their RPCs need no line of their own. */
export const upstreamServices: readonly (readonly [Upstream, DescService])[] = [
  ["availability", CalendarService],
  ["availability", AvailabilityService],
  ["availability", BlockedTimeService],
  ["availability", AvailableTimeService],
  ["availability", TravelService],
  ["availability", ReadModelService],
  ["booking", AllocationService],
  ["booking", AppointmentTypeService],
  ["booking", BookingService],
  ["booking", BookingCopyService],
  ["booking", PublicAnswerService],
  ["booking", PublicBookingService],
  ["booking", RecurringBookingService],
  ["booking", PollService],
  ["booking", PublicPollService],
  ["booking", RoutingService],
  ["booking", PublicRoutingService],
  ["notification", NotificationService],
  ["recurrence-engine", RecurrenceService],
  ["recurrence-engine", SeriesService],
  ["recurrence-engine", CommitmentService],
  ["sync", FeedService],
];
