import { randomUUID } from "node:crypto";
import { Category, RoundRobinStrategy } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService, type Assignment } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { bookingRequest } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { bookingReplicas, createHosts, createType } from "./_hosts.ts";

/** Hosts between whom a round-robin type divides its bookings. */
export interface Team {
  readonly organizationId: string;
  readonly typeId: string;
  readonly calendarIds: readonly string[];
  /** Books a start at a replica. */
  book(startMs: number, replica?: number): Promise<Booking>;
  /** Reads why a booking has its host. */
  assignmentOf(bookingId: string): Promise<Assignment>;
}

/** Makes a host for each weight, which is its priority as well, and a type of theirs. */
export async function createTeam(
  sky: TestConstellation,
  weights: readonly number[],
  strategy: RoundRobinStrategy = RoundRobinStrategy.UNSPECIFIED,
): Promise<Team> {
  const organizationId = randomUUID();
  const calendarIds = await createHosts(sky, organizationId, weights.length);
  const hosts = calendarIds.map((calendarId, i) => {
    const weight = weights[i] ?? 1;
    return { calendarId, weight, priority: weight };
  });
  const typeId = await createType(sky, organizationId, hosts, { category: Category.ROUND_ROBIN, strategy });
  return {
    organizationId,
    typeId,
    calendarIds,
    async book(startMs, replica = 0) {
      const bookings = bookingReplicas(sky, organizationId)(replica);
      return must((await bookings.createBooking(bookingRequest({ typeId }, startMs))).booking, "booking");
    },
    async assignmentOf(bookingId) {
      const { assignment } = await sky.client(BookingService, organizationId).getAssignment({ bookingId });
      return must(assignment, "assignment");
    },
  };
}
