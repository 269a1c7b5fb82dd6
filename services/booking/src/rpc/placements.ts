import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { callOf } from "@calends/kit/call";
import type { Sql } from "@calends/kit/database";
import { answerOnce, type Keep } from "@calends/kit/idempotency";
import type { AskedSlot, FreeCalendars } from "../availability.ts";
import type { AppointmentType } from "../domain/appointment-type.ts";
import { place, type BookingDraft, type Changed, type Placed } from "../domain/booking.ts";
import { holdSlot, type HoldDraft } from "../domain/holds.ts";
import { tell, tellChange } from "../facts.ts";
import { insertPlaced, insertPlain, isPlain, takeHeld, type Placing } from "../placing.ts";
import type { Tx } from "../store/index.ts";
import type { Deps } from "./deps.ts";
import type { BookingMutation } from "./mutations.ts";
import { withNearest } from "./nearest-slots.ts";
import { checkStart, questionOf } from "../slots.ts";

/** What is booked. `inTransaction` runs beside the booking and may still refuse it. */
export interface Placement {
  readonly type: AppointmentType;
  readonly draft: BookingDraft;
  /** The hold that becomes the booking; absent for none. */
  readonly holdId?: string;
  readonly inTransaction?: (tx: Sql) => Promise<void>;
}

/**
 * Books a slot once per request id. `prepare` checks what was asked and says what is booked. The slot is checked with
 * availability first and taken by constraint last. A hold has been checked.
 */
export function placeBooking<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<Placement>,
): Promise<MessageShape<O>> {
  const { store, clock } = deps;
  const { organizationId, actor } = mutation;
  return placeOnce(deps, mutation, prepare, async ({ type, draft, holdId, inTransaction }, keep) => {
    if (holdId !== undefined) {
      return store.transaction(async (tx) => {
        await inTransaction?.(tx);
        const placing = { deps, tx, organizationId, type, actor, now: clock.now() };
        const changed = await takeHeld(placing, holdId, draft);
        return answered(deps, mutation, keep, tx, changed);
      });
    }
    const make: Make = (id, placed, now) => place(id, type, draft, placed, now);
    return placeNew(deps, mutation, { type, draft, inTransaction }, make, keep);
  });
}

/** Keeps a slot for a while, once per request id. */
export function placeHold<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<{ type: AppointmentType; draft: HoldDraft & AskedSlot }>,
): Promise<MessageShape<O>> {
  return placeOnce(deps, mutation, prepare, ({ type, draft }, keep) =>
    placeNew(deps, mutation, { type, draft }, (id, placed, now) => holdSlot(id, type, draft, placed, now), keep),
  );
}

type Make = (id: string, placed: Placed, now: Date) => Changed;

/** What takes a slot: a booking or a hold. */
interface Taking {
  readonly type: AppointmentType;
  readonly draft: AskedSlot & { readonly durationMs: number };
  readonly inTransaction?: Placement["inTransaction"] | undefined;
}

/** Checks a slot and takes it: in one round trip where nothing but its hosts' time is asked for. */
async function placeNew<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  { type, draft, inTransaction }: Taking,
  make: Make,
  keep: Keep<O>,
): Promise<MessageShape<O>> {
  const { organizationId, actor, context } = mutation;
  const { slotToken, startMs, durationMs } = draft;
  const question = questionOf(organizationId, type, durationMs);
  const free: FreeCalendars = await checkStart(deps, question, { startMs, slotToken }, context);
  const placing = <T extends Sql>(tx: T): Placing<T> => {
    return { deps, tx, organizationId, type, actor, now: deps.clock.now() };
  };
  if (!isPlain(type)) {
    return deps.store.transaction(async (tx) => {
      await inTransaction?.(tx);
      const where = placing(tx);
      const changed = await insertPlaced(where, draft, free, (id, placed) => make(id, placed, where.now));
      return answered(deps, mutation, keep, tx, changed);
    });
  }
  return deps.store.quickly(async (tx) => {
    await inTransaction?.(tx);
    const where = placing(tx);
    const changed = await insertPlain(where, free, (id, placed) => make(id, placed, where.now));
    await tellChange(deps, tx, organizationId, changed, callOf(context).trace);
    return keep(tx, mutation.answer(changed.booking));
  });
}

async function answered<I extends DescMessage, O extends DescMessage>(
  deps: Deps,
  { organizationId, context, answer }: BookingMutation<I, O>,
  keep: Keep<O>,
  tx: Tx,
  changed: Changed,
): Promise<MessageShape<O>> {
  await tell(deps, tx, organizationId, changed, callOf(context).trace);
  return keep(tx, answer(changed.booking));
}

/** Prepares, runs and answers once per request id; a refusal because the slot is taken names the nearest free ones. */
function placeOnce<
  I extends DescMessage,
  O extends DescMessage,
  P extends {
    readonly type: AppointmentType;
    readonly draft: { readonly startMs: number; readonly durationMs: number };
  },
>(
  deps: Deps,
  mutation: BookingMutation<I, O>,
  prepare: () => Promise<P>,
  run: (prepared: P, keep: Keep<O>) => Promise<MessageShape<O>>,
): Promise<MessageShape<O>> {
  let prepared: P | undefined;
  const once = answerOnce({ ...mutation, sql: deps.store.sql }, async (keep) => {
    prepared = await prepare();
    return run(prepared, keep);
  });
  return once.catch((error: unknown) => {
    if (prepared === undefined) {
      throw error;
    }
    const { type, draft } = prepared;
    const question = questionOf(mutation.organizationId, type, draft.durationMs);
    return withNearest(deps, question, draft.startMs, mutation.context, error);
  });
}
