import { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PollService, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { PublicAnswerService } from "@calends/contracts/calends/booking/v1/public_answer_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { PublicRoutingService, RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { startService, type Overrides, type RunningService } from "@calends/kit/service";
import { openFoundation } from "@calends/messaging/foundation";
import { createAnswerLinks } from "./answer-links.ts";
import { createAvailability } from "./availability.ts";
import type { BookingConfig } from "./config.ts";
import { startConsumers } from "./events/index.ts";
import { startRaisingSeats } from "./jobs/raise-seats.ts";
import { startSettlingOccurrences } from "./jobs/settle-occurrences.ts";
import { startSettling } from "./jobs/settle.ts";
import { createManageLinks } from "./manage-link.ts";
import { migrations } from "./migrations.ts";
import { allocationRpcs, appointmentTypeRpcs, bookingRpcs, publicBookingRpcs } from "./rpc/index.ts";
import { publicAnswerRpcs } from "./rpc/answers/index.ts";
import { bookingCopyRpcs } from "./rpc/copies/index.ts";
import { pollRpcs, publicPollRpcs } from "./rpc/polls/index.ts";
import { publicRoutingRpcs, routingRpcs } from "./rpc/routing/index.ts";
import { createSignedIds } from "./signed-ids.ts";
import { createRecurrence } from "./recurrence.ts";
import { recurringBookingRpcs } from "./rpc/recurring/index.ts";
import { openStore } from "./store/index.ts";

/** Starts booking: appointment types, links, and bookings that never overlap. */
export function startBooking(config: BookingConfig, overrides: Overrides = {}): Promise<RunningService> {
  return startService("booking", config.server, overrides, async (parts) => {
    const { stack, clock, logger, signer } = parts;
    const { pool, broker, relay } = await openFoundation("booking", config.store, migrations, parts);
    const store = stack.use(openStore(pool, () => relay.nudge()));
    const transport = stack.use(createGrpcTransport({ target: config.availabilityTarget }));
    const availability = createAvailability(transport, signer);
    const recurrence = createRecurrence(stack.use(createGrpcTransport({ target: config.recurrenceTarget })), signer);
    const manageLinks = createManageLinks(config.manageLinkSecret);
    const answerLinks = createAnswerLinks(config.manageLinkSecret);
    const pollLinks = createSignedIds(config.manageLinkSecret, "poll");
    const routeTokens = createSignedIds(config.manageLinkSecret, "route");
    const deps = { store, clock, availability, recurrence, manageLinks, answerLinks, pollLinks, routeTokens };
    parts.serveRpcs((router) => {
      router.service(AllocationService, allocationRpcs(deps));
      router.service(AppointmentTypeService, appointmentTypeRpcs(deps));
      router.service(BookingService, bookingRpcs(deps));
      router.service(BookingCopyService, bookingCopyRpcs(deps));
      router.service(PublicBookingService, publicBookingRpcs(deps));
      router.service(PublicAnswerService, publicAnswerRpcs(deps));
      router.service(RecurringBookingService, recurringBookingRpcs(deps));
      router.service(PollService, pollRpcs(deps));
      router.service(PublicPollService, publicPollRpcs(deps));
      router.service(RoutingService, routingRpcs(deps));
      router.service(PublicRoutingService, publicRoutingRpcs(deps));
    });
    const { wake } = stack.use(startSettlingOccurrences({ ...deps, logger }));
    await startConsumers({ ...parts, store, broker, wake });
    stack.use(startRaisingSeats({ ...deps, logger }));
    stack.use(startSettling({ ...deps, logger, completeAfterMs: config.completeAfterMs }));
  });
}
