import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";

/** The services that the demo's data is made through, each at the gateway. */
export interface Clients {
  readonly calendars: Client<typeof CalendarService>;
  readonly types: Client<typeof AppointmentTypeService>;
  readonly bookings: Client<typeof BookingService>;
  readonly feeds: Client<typeof FeedService>;
  readonly recurring: Client<typeof RecurringBookingService>;
  readonly polls: Client<typeof PollService>;
  readonly routing: Client<typeof RoutingService>;
}

/** Makes clients of the gateway that call with this token, as any program of the organization would. */
export function createClients(gatewayUrl: string, token: string): Clients {
  const authorize: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const transport = createConnectTransport({ baseUrl: gatewayUrl, httpVersion: "1.1", interceptors: [authorize] });
  return {
    calendars: createClient(CalendarService, transport),
    types: createClient(AppointmentTypeService, transport),
    bookings: createClient(BookingService, transport),
    feeds: createClient(FeedService, transport),
    recurring: createClient(RecurringBookingService, transport),
    polls: createClient(PollService, transport),
    routing: createClient(RoutingService, transport),
  };
}

/** Reads every page of a list. */
export async function readAll<T>(
  readPage: (pageToken: string) => Promise<{ readonly items: readonly T[]; readonly nextPageToken: string }>,
): Promise<T[]> {
  const all: T[] = [];
  let pageToken = "";
  do {
    const page = await readPage(pageToken);
    all.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
}
