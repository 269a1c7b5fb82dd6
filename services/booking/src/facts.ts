import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  AllocationsChangedSchema,
  BookingChangedSchema,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import type { Clock } from "@calends/kit/clock";
import type { Sql } from "@calends/kit/database";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Changed } from "./domain/booking.ts";
import { toBookingMessage, toChangeMessage, toStatusMessage } from "./rpc/convert.ts";
import { offerTimeAgain, tellOutcome } from "./series/occurrence-facts.ts";
import type { Tx } from "./store/index.ts";
import { countSeats, type SessionSeats } from "./store/session-seats.ts";

/** What telling needs. */
export interface FactDeps {
  readonly clock: Clock;
}

/** Tells, in the transaction in which it becomes true, that a booking was made or changed, and what follows from it. */
export async function tell(
  deps: FactDeps,
  tx: Tx,
  organizationId: string,
  changed: Changed,
  trace: FactContext["trace"],
): Promise<void> {
  const context = await tellChange(deps, tx, organizationId, changed, trace);
  await tellOutcome(tx, changed.booking, context);
  await offerTimeAgain(tx, changed, context);
}

/** The change and what the booking takes now: all there is to tell of a new booking that is of no series. */
export async function tellChange(
  { clock }: FactDeps,
  tx: Sql,
  organizationId: string,
  changed: Changed,
  trace: FactContext["trace"],
): Promise<FactContext> {
  const { booking, left } = changed;
  const context = { organizationId, at: clock.now(), trace };
  const sessionIds = new Set([booking.sessionId, left?.sessionId ?? null].filter((id) => id !== null));
  const sessions = sessionIds.size === 0 ? [] : await countSeats(tx, organizationId, [...sessionIds]);
  const message = toChangedMessage(changed, sessions);
  const { id: bookingId, version, updateTime, allocations } = message.booking;
  const taken = { bookingId, version, allocations, ...(updateTime === undefined ? {} : { updateTime }) };
  await enqueue(tx, BookingChangedSchema, message, context);
  await enqueue(tx, AllocationsChangedSchema, { taken }, context);
  return context;
}

/** A change of a booking as its event tells it. */
export function toChangedMessage(
  { booking, change, statusBefore, reason, byBooker = false }: Changed,
  sessions: readonly SessionSeats[],
) {
  return {
    booking: toBookingMessage(booking),
    sessions: sessions.map(toSeatsMessage),
    change: toChangeMessage(change),
    reason,
    byBooker,
    ...(statusBefore === undefined ? {} : { statusBefore: toStatusMessage(statusBefore) }),
  };
}

function toSeatsMessage({ sessionId, startMs, endMs, confirmed, pending, version }: SessionSeats) {
  const [startTime, endTime] = [timestampFromMs(startMs), timestampFromMs(endMs)];
  return { sessionId, startTime, endTime, confirmed, pending, version };
}
