import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import type { Clock } from "@calends/kit/clock";
import type { Sql } from "@calends/kit/database";
import { enqueue, type FactContext } from "@calends/messaging/outbox";
import type { Changed } from "./domain/booking.ts";
import type { ManageLinks } from "./manage-link.ts";
import { toBookingMessage, toChangeMessage, toStatusMessage } from "./rpc/convert.ts";
import { offerTimeAgain, tellOutcome } from "./series/occurrence-facts.ts";
import type { Tx } from "./store/index.ts";

/** What telling needs. */
export interface FactDeps {
  readonly manageLinks: ManageLinks;
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
  await tellOutcome(tx, changed, context);
  await offerTimeAgain(tx, changed, context);
}

/** The change alone: all there is to tell of a new booking that is of no series. */
export async function tellChange(
  { manageLinks, clock }: FactDeps,
  tx: Sql,
  organizationId: string,
  { booking, change, statusBefore }: Changed,
  trace: FactContext["trace"],
): Promise<FactContext> {
  const context = { organizationId, at: clock.now(), trace };
  const message = {
    booking: toBookingMessage(booking),
    change: toChangeMessage(change),
    ...(statusBefore === undefined ? {} : { statusBefore: toStatusMessage(statusBefore) }),
    managePath: `/manage/${manageLinks.token({ organizationId, bookingId: booking.id })}`,
  };
  await enqueue(tx, BookingChangedSchema, message, context);
  return context;
}
