import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import type { Clock } from "@calends/kit/clock";
import { enqueue } from "@calends/messaging/outbox";
import type { Changed } from "./domain/booking.ts";
import type { ManageLinks } from "./manage-link.ts";
import { toBookingMessage, toChangeMessage } from "./rpc/convert.ts";
import { offerTimeAgain, tellOutcome } from "./series/occurrence-facts.ts";
import type { Tx } from "./store/index.ts";

/** What telling needs. */
export interface FactDeps {
  readonly manageLinks: ManageLinks;
  readonly clock: Clock;
}

/** Tells, in the transaction in which it becomes true, that a booking was made or changed. */
export async function tell(
  { manageLinks, clock }: FactDeps,
  tx: Tx,
  organizationId: string,
  changed: Changed,
  trace: Parameters<typeof enqueue>[3]["trace"],
): Promise<void> {
  const { booking, change } = changed;
  const context = { organizationId, at: clock.now(), trace };
  const message = {
    booking: toBookingMessage(booking),
    change: toChangeMessage(change),
    managePath: `/manage/${manageLinks.token({ organizationId, bookingId: booking.id })}`,
  };
  await enqueue(tx, BookingChangedSchema, message, context);
  await tellOutcome(tx, changed, context);
  await offerTimeAgain(tx, changed, context);
}
