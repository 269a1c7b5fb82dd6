import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { callOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { must } from "@calends/kit/must";
import type { FreeCalendars } from "../availability.ts";
import { limitDayOf, type AppointmentType } from "../domain/appointment-type.ts";
import { refuseUnchangeable, reschedule, type Booking } from "../domain/booking.ts";
import { refuseReschedule } from "../domain/policy.ts";
import { tell } from "../facts.ts";
import { lockForMove } from "../moving-seat.ts";
import { bookedFields, writeMoved } from "../moving.ts";
import { readType } from "../store/appointment-types.ts";
import { readBooking } from "../store/bookings.ts";
import type { Tx } from "../store/index.ts";
import { sessionOfLast } from "../store/sessions.ts";
import type { Deps } from "./deps.ts";
import type { BookingMutation } from "./mutations.ts";
import { checkStart } from "./slots.ts";

/** Moves a booking once per request id, to a start that availability offers. */
export function moveBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  bookingId: string,
  startMs: number,
  reason: string,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, context, actor, answer } = mutation;
  let checked: { type: AppointmentType; free: FreeCalendars } | undefined;
  const step = (booking: Booking, { fields }: AppointmentType) => {
    const now = clock.now();
    refuseUnchangeable(booking, now);
    refuseReschedule(actor === "booker" ? fields.bookerPolicy : fields.staffPolicy, booking, now);
    return reschedule(booking, startMs, limitDayOf(fields, startMs), reason, now);
  };
  const check = async () => {
    const booking = await readBooking(store.db, organizationId, bookingId);
    const type = await readType(store.db, organizationId, booking.appointmentTypeId);
    step(booking, type);
    const durationMs = booking.endsAt.getTime() - booking.startsAt.getTime();
    const ignoreBookingId = (await sessionOfLast(store.db, organizationId, booking)) ?? bookingId;
    const fields = bookedFields(type, booking);
    const question = { organizationId, appointmentTypeId: type.id, fields, durationMs, ignoreBookingId };
    checked = { type, free: await checkStart(deps, question, { startMs, slotToken: "" }, context) };
  };
  const work = async (tx: Tx) => {
    const { type, free } = must(checked, "what was checked");
    const placing = { deps, tx, organizationId, type, actor, now: clock.now() };
    const before = await lockForMove(placing, bookingId, startMs);
    const moved = await writeMoved(placing, before, step(before, type), free);
    await tell(deps, tx, organizationId, moved, callOf(context).trace);
    return answer(moved.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
}
