import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { callOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { HandlerContext } from "@connectrpc/connect";
import type { TypeFields } from "../domain/appointment-type.ts";
import type { Booking, Changed } from "../domain/booking.ts";
import { lockForChange, writeChanged } from "../changing.ts";
import { readType } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import type { Deps } from "./deps.ts";

type Method<I extends DescMessage, O extends DescMessage> = DescMethod & { readonly input: I; readonly output: O };
type Request<I extends DescMessage> = MessageShape<I> & { readonly requestId: string };

/** A mutation of bookings: what is asked, by whom, and how it is answered. */
export interface BookingMutation<I extends DescMessage, O extends DescMessage> {
  readonly method: Method<I, O>;
  readonly request: Request<I>;
  readonly context: HandlerContext;
  readonly organizationId: string;
  /** Who does it: the subject of the token, or "booker". */
  readonly actor: string;
  readonly answer: (booking: Booking) => MessageShape<O>;
}

/** Changes a booking once per request id by a pure step, which returns null where there is nothing to change. */
export function changeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  bookingId: string,
  step: (booking: Booking, now: Date, fields: TypeFields) => Changed | null,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, actor, answer } = mutation;
  const work = async (tx: Tx) => {
    const before = await lockForChange(tx, organizationId, bookingId);
    const { fields } = await readType(tx, organizationId, before.appointmentTypeId);
    const changed = step(before, clock.now(), fields);
    if (changed === null) {
      return answer(before);
    }
    await writeChanged({ deps, tx, organizationId, actor, trace: callOf(mutation.context).trace }, before, changed);
    return answer(changed.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work });
}
