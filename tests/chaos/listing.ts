import { setTimeout as delay } from "node:timers/promises";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { ConnectError } from "@connectrpc/connect";
import { toTold, unanswered } from "./asking.ts";
import type { Told } from "./history.ts";
import { bookingReplicas, type Parts } from "./parts.ts";
import type { World } from "./world.ts";

/** What the services answer to who reads all of an organization, when everything has come to rest. */
export interface Listed {
  /** ListBookings, once for each booking replica. */
  readonly bookings: readonly (readonly Told[])[];
  /** ListAllocations: the active spans. */
  readonly allocations: readonly { calendar: string; owner: string; start: number; end: number }[];
  /** ListSlots of types with one host and no limit: starts by type. */
  readonly slots: ReadonlyMap<string, readonly number[]>;
}

const pageSize = 200;

const patienceMs = 60_000;

/** Asks for all of it, once more as long as a service that was killed last is not back yet. */
export async function listAll(parts: Parts, world: World): Promise<Listed> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await listOnce(parts, world);
    } catch (error) {
      if (!unanswered.has(ConnectError.from(error).code) || Date.now() > deadline) {
        throw error;
      }
      await delay(500);
    }
  }
}

async function listOnce(parts: Parts, world: World): Promise<Listed> {
  const bookings: Told[][] = [];
  for (const { target } of bookingReplicas(parts)) {
    bookings.push(await listBookings(parts, world, target));
  }
  return { bookings, allocations: await listAllocations(parts, world), slots: await listSlots(parts, world) };
}

async function listBookings(parts: Parts, { organizationId }: World, target: string): Promise<Told[]> {
  const service = parts.client(BookingService, organizationId, target);
  const all: Told[] = [];
  for (let pageToken = "", more = true; more; more = pageToken !== "") {
    const page = await service.listBookings({ pageSize, pageToken });
    all.push(...page.bookings.map(toTold));
    pageToken = page.nextPageToken;
  }
  return all;
}

async function listAllocations(parts: Parts, { organizationId }: World): Promise<Listed["allocations"]> {
  const service = parts.client(AllocationService, organizationId);
  const all: Listed["allocations"][number][] = [];
  for (let pageToken = "", more = true; more; more = pageToken !== "") {
    const page = await service.listAllocations({ pageSize, pageToken });
    for (const { bookingId, allocations } of page.bookings) {
      const active = allocations.filter((one) => one.active);
      all.push(
        ...active.map((one) => ({
          calendar: one.calendarId,
          owner: bookingId,
          start: timestampMs(must(one.startTime, "start_time")),
          end: timestampMs(must(one.endTime, "end_time")),
        })),
      );
    }
    pageToken = page.nextPageToken;
  }
  return all;
}

async function listSlots(parts: Parts, { organizationId, types, firstDayMs, days }: World): Promise<Listed["slots"]> {
  const service = parts.client(BookingService, organizationId);
  const range = { startTime: timestampFromMs(firstDayMs), endTime: timestampFromMs(firstDayMs + days * 86_400_000) };
  const slots = new Map<string, number[]>();
  for (const { id } of types.filter(({ category, perDay }) => category === "one_on_one" && perDay === 0)) {
    const answer = await service.listSlots({ appointmentTypeId: id, range });
    slots.set(
      id,
      answer.slots.map(({ startTime }) => timestampMs(must(startTime, "start_time"))),
    );
  }
  return slots;
}
