import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { callOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import { enqueue } from "@calends/messaging/outbox";
import type { HandlerContext } from "@connectrpc/connect";
import { limitDayOf, type AppointmentType } from "../domain/appointment-type.ts";
import {
  place,
  refuseUnchangeable,
  reschedule,
  type Booking,
  type BookingDraft,
  type Changed,
} from "../domain/booking.ts";
import { insertBooking, lockBooking, readBooking, updateBooking } from "../store/bookings.ts";
import { readType } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import { toBookingMessage, toChangeMessage } from "./convert.ts";
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

/** What is booked. `inTransaction` runs beside the booking and may still refuse it. */
export interface Placement {
  readonly type: AppointmentType;
  readonly draft: BookingDraft;
  readonly inTransaction?: (tx: Tx) => Promise<void>;
}

/**
 * Books a slot once per request id. `prepare` checks what was asked and says what is booked; it is not run when the
 * answer is known. The slot is checked with availability first and taken by constraint last.
 */
export function placeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<Placement>,
): Promise<MessageShape<O>> {
  const { store, clock, availability } = deps;
  const { organizationId, context, answer, actor } = mutation;
  let placement: Placement | undefined;
  const check = async () => {
    placement = await prepare();
    const { type, draft } = placement;
    const question = { organizationId, fields: type.fields, durationMs: draft.durationMs };
    await availability.checkSlot(question, draft, context);
  };
  const work = async (tx: Tx) => {
    const { type, draft, inTransaction } = prepared(placement);
    const now = clock.now();
    await inTransaction?.(tx);
    const changed = place(newId(now.getTime()), type, draft, now);
    await insertBooking(tx, organizationId, changed, actor, type.fields.maxBookingsPerDay);
    await publish(deps, tx, mutation, changed);
    return answer(changed.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
}

/** Changes a booking once per request id by a pure step. */
export function changeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  bookingId: string,
  step: (booking: Booking, now: Date) => Changed,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, actor, answer } = mutation;
  const work = async (tx: Tx) => {
    const before = await lockBooking(tx, organizationId, bookingId);
    const changed = step(before, clock.now());
    await updateBooking(tx, organizationId, before, changed, actor, 0);
    await publish(deps, tx, mutation, changed);
    return answer(changed.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work });
}

/** Moves a booking once per request id, to a start that availability offers. */
export function moveBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  bookingId: string,
  startMs: number,
  reason: string,
): Promise<MessageShape<O>> {
  const { store, clock, availability } = deps;
  const { organizationId, context, actor, answer } = mutation;
  let type: AppointmentType | undefined;
  const step = (booking: Booking, { fields }: AppointmentType) => {
    const now = clock.now();
    refuseUnchangeable(booking, now);
    return reschedule(booking, startMs, limitDayOf(fields, startMs), reason, now);
  };
  const check = async () => {
    const booking = await readBooking(store.db, organizationId, bookingId);
    type = await readType(store.db, organizationId, booking.appointmentTypeId);
    step(booking, type);
    const durationMs = booking.endsAt.getTime() - booking.startsAt.getTime();
    const question = { organizationId, fields: bookedFields(type, booking), durationMs, ignoreBookingId: bookingId };
    await availability.checkSlot(question, { startMs, slotToken: "" }, context);
  };
  const work = async (tx: Tx) => {
    const checked = prepared(type);
    const before = await lockBooking(tx, organizationId, bookingId);
    const changed = step(before, checked);
    await updateBooking(tx, organizationId, before, changed, actor, checked.fields.maxBookingsPerDay);
    await publish(deps, tx, mutation, changed);
    return answer(changed.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
}

/** A type's rules with what the booking was made with: its hosts and buffers stay when it moves. */
export function bookedFields({ fields }: AppointmentType, booking: Booking): AppointmentType["fields"] {
  const { hosts, bufferBeforeMs, bufferAfterMs, setUpMs, cleanUpMs, place: where } = booking;
  return { ...fields, hosts, bufferBeforeMs, bufferAfterMs, setUpMs, cleanUpMs, place: where };
}

async function publish<I extends DescMessage, O extends DescMessage>(
  { manageLinks, clock }: Deps,
  tx: Tx,
  { organizationId, context }: BookingMutation<I, O>,
  { booking, change }: Changed,
): Promise<void> {
  const message = {
    booking: toBookingMessage(booking),
    change: toChangeMessage(change),
    managePath: `/manage/${manageLinks.token({ organizationId, bookingId: booking.id })}`,
  };
  const fact = { organizationId, at: clock.now(), trace: callOf(context).trace };
  await enqueue(tx, BookingChangedSchema, message, fact);
}

function prepared<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("the mutation was not prepared");
  }
  return value;
}
