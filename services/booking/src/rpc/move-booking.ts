import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { callOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { must } from "@calends/kit/must";
import type { FreeCalendars } from "../availability.ts";
import { limitDayOf, type AppointmentType } from "../domain/appointment-type.ts";
import { reschedule, type Booking } from "../domain/booking.ts";
import { refuseBookerReschedule, refuseStaffReschedule } from "../domain/policy.ts";
import { tell } from "../facts.ts";
import { lockForMove } from "../moving-seat.ts";
import { writeMoved } from "../moving.ts";
import { readType } from "../store/appointment-types.ts";
import { readBooking } from "../store/bookings.ts";
import type { Tx } from "../store/index.ts";
import type { Deps } from "./deps.ts";
import type { BookingMutation } from "./mutations.ts";
import { withNearest } from "./nearest-slots.ts";
import { checkStart, movingQuestion, type TypeQuestion } from "../slots.ts";

/** What is moved where, and by whose rules. */
export interface Move {
  readonly bookingId: string;
  readonly startMs: number;
  readonly reason: string;
  readonly by: "booker" | "staff";
}

/**
 * Moves a booking once per request id, to a start that availability offers; a refusal because that is taken names the nearest
 * free ones.
 */
export function moveBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  { bookingId, startMs, reason, by }: Move,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, context, actor, answer } = mutation;
  let asked: TypeQuestion | undefined;
  let checked: { type: AppointmentType; free: FreeCalendars } | undefined;
  const step = (booking: Booking, { fields }: AppointmentType) => {
    const now = clock.now();
    if (by === "booker") {
      refuseBookerReschedule(fields, booking, now);
    } else {
      refuseStaffReschedule(fields, booking, now);
    }
    const moved = reschedule(booking, startMs, limitDayOf(fields, startMs), reason, now);
    return { ...moved, byBooker: by === "booker" };
  };
  const check = async () => {
    const booking = await readBooking(store.db, organizationId, bookingId);
    const type = await readType(store.db, organizationId, booking.appointmentTypeId);
    step(booking, type);
    asked = await movingQuestion(deps, organizationId, type, booking);
    checked = { type, free: await checkStart(deps, asked, { startMs, slotToken: "" }, context) };
  };
  const work = async (tx: Tx) => {
    const { type, free } = must(checked, "what was checked");
    const placing = { deps, tx, organizationId, type, actor, now: clock.now() };
    const before = await lockForMove(placing, bookingId, startMs);
    const moved = await writeMoved(placing, before, step(before, type), free);
    await tell(deps, tx, organizationId, moved, callOf(context).trace);
    return answer(moved.booking);
  };
  const once = mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
  return once.catch((error: unknown) => withNearest(deps, asked, startMs, context, error));
}
