import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AllocationsChangedSchema,
  SessionChangedSchema,
  WaitlistPromotedSchema,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { GroupSessionSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import { must } from "@calends/kit/must";
import { enqueue } from "@calends/messaging/outbox";
import type { Booking } from "./domain/booking.ts";
import type { Session } from "./domain/session.ts";
import type { FactDeps } from "./facts.ts";
import { toAllocationsMessage } from "./rpc/convert-allocations.ts";
import { toBookingMessage } from "./rpc/convert.ts";
import { readAllocations } from "./store/allocations.ts";
import type { Tx } from "./store/index.ts";

/** The trace of the call that something follows from; null for none. */
export type Trace = Parameters<typeof enqueue>[3]["trace"];

/** Tells that a session was made or has ended, with what it takes of calendars. Its row and allocations are written. */
export async function tellSession(
  { clock }: FactDeps,
  tx: Tx,
  organizationId: string,
  { id, appointmentTypeId, startsAt, endsAt, capacity, status, version }: Session,
  trace: Trace,
): Promise<void> {
  const context = { organizationId, at: clock.now(), trace };
  const [found] = await readAllocations(tx, organizationId, [id]);
  const taken = toAllocationsMessage(must(found, "the session's allocations"));
  const session = create(GroupSessionSchema, {
    id,
    appointmentTypeId,
    capacity,
    version,
    startTime: timestampFromDate(startsAt),
    endTime: timestampFromDate(endsAt),
    open: status === "open",
    allocations: taken.allocations,
  });
  await enqueue(tx, SessionChangedSchema, { session }, context);
  await enqueue(tx, AllocationsChangedSchema, { taken }, context);
}

/** Tells that somebody who waited is offered a seat. */
export async function tellPromoted(
  { clock }: FactDeps,
  tx: Tx,
  organizationId: string,
  booking: Booking,
  trace: Trace,
): Promise<void> {
  const message = { booking: toBookingMessage(booking) };
  await enqueue(tx, WaitlistPromotedSchema, message, { organizationId, at: clock.now(), trace });
}
