import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { callOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { HandlerContext } from "@connectrpc/connect";
import type { AskedSlot, FreeCalendars } from "../availability.ts";
import type { AppointmentType, TypeFields } from "../domain/appointment-type.ts";
import { place, type Booking, type BookingDraft, type Changed } from "../domain/booking.ts";
import { holdSlot, takeHold, type HoldDraft } from "../domain/holds.ts";
import { lockForChange, writeChanged } from "../changing.ts";
import { tell } from "../facts.ts";
import { insertPlaced } from "../placing.ts";
import { lockBooking, updateBooking } from "../store/bookings.ts";
import { readType } from "../store/appointment-types.ts";
import type { Tx } from "../store/index.ts";
import type { Deps } from "./deps.ts";
import { withNearest } from "./nearest-slots.ts";
import { checkStart } from "./slots.ts";

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
  /** The hold that becomes the booking; absent for none. */
  readonly holdId?: string;
  readonly inTransaction?: (tx: Tx) => Promise<void>;
}

/**
 * Books a slot once per request id. `prepare` checks what was asked and says what is booked; it is not run when the
 * answer is known. The slot is checked with availability first and taken by constraint last. A hold has been checked.
 */
export function placeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<Placement>,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, answer, actor } = mutation;
  let placement: Placement | undefined;
  let free: FreeCalendars | undefined;
  const check = async () => {
    placement = await prepare();
    free = placement.holdId === undefined ? await freeAt(deps, mutation, placement.type, placement.draft) : undefined;
  };
  const work = async (tx: Tx) => {
    const { type, draft, holdId, inTransaction } = prepared(placement);
    const now = clock.now();
    await inTransaction?.(tx);
    let changed: Changed;
    if (holdId === undefined) {
      changed = await insertPlaced(
        { deps, tx, organizationId, type, actor, now },
        draft,
        prepared(free),
        (id, placed) => place(id, type, draft, placed, now),
      );
    } else {
      const hold = await lockBooking(tx, organizationId, holdId);
      changed = takeHold(hold, type, draft, now);
      await updateBooking(tx, organizationId, hold, changed, actor);
    }
    await publish(deps, tx, mutation, changed);
    return answer(changed.booking);
  };
  const run = () => mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
  return run().catch((error: unknown) => withNearest(deps, mutation, placement, error));
}

/** Keeps a slot for a while, once per request id. */
export function placeHold<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<{ type: AppointmentType; draft: HoldDraft & AskedSlot }>,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, answer, actor } = mutation;
  let asked: { type: AppointmentType; draft: HoldDraft & AskedSlot } | undefined;
  let free: FreeCalendars | undefined;
  const check = async () => {
    asked = await prepare();
    free = await freeAt(deps, mutation, asked.type, asked.draft);
  };
  const work = async (tx: Tx) => {
    const { type, draft } = prepared(asked);
    const now = clock.now();
    const changed = await insertPlaced(
      { deps, tx, organizationId, type, actor, now },
      draft,
      prepared(free),
      (id, placed) => holdSlot(id, type, draft, placed, now),
    );
    await publish(deps, tx, mutation, changed);
    return answer(changed.booking);
  };
  const run = () => mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work }, check);
  return run().catch((error: unknown) => withNearest(deps, mutation, asked, error));
}

function freeAt<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  { organizationId, context }: BookingMutation<I, O>,
  { id: appointmentTypeId, fields }: AppointmentType,
  { durationMs, ...asked }: AskedSlot & { readonly durationMs: number },
): Promise<FreeCalendars> {
  return checkStart(deps, { organizationId, appointmentTypeId, fields, durationMs }, asked, context);
}

/** Changes a booking once per request id by a pure step. */
export function changeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  bookingId: string,
  step: (booking: Booking, now: Date, fields: TypeFields) => Changed,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, actor, answer } = mutation;
  const work = async (tx: Tx) => {
    const before = await lockForChange(tx, organizationId, bookingId);
    const { fields } = await readType(tx, organizationId, before.appointmentTypeId);
    const changed = step(before, clock.now(), fields);
    await writeChanged({ deps, tx, organizationId, actor, trace: callOf(mutation.context).trace }, before, changed);
    return answer(changed.booking);
  };
  return mutateOnce({ ...mutation, sql: store.db, transaction: store.transaction, work });
}

async function publish<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  tx: Tx,
  { organizationId, context }: BookingMutation<I, O>,
  changed: Changed,
): Promise<void> {
  await tell(deps, tx, organizationId, changed, callOf(context).trace);
}

function prepared<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("the mutation was not prepared");
  }
  return value;
}
