import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import type { HandlerContext } from "@connectrpc/connect";
import type { ReachedLimit, SlotQuestion } from "../availability.ts";
import { limitDayOf } from "../domain/appointment-type.ts";
import { instantsOf } from "../domain/limits.ts";
import { reachedSpans } from "../store/limits.ts";
import type { Deps } from "./deps.ts";

/** A question about a type that is kept. */
export type TypeQuestion = SlotQuestion & { readonly appointmentTypeId: string };

/** Lists the slots of a type in [fromMs, toMs): availability knows the hosts' time, booking what has been booked up. */
export async function typeSlots(
  deps: Deps,
  question: TypeQuestion,
  fromMs: number,
  toMs: number,
  context: HandlerContext,
): Promise<{ slots: Slot[]; truncated: boolean }> {
  const limits = await reachedLimits(deps, question, fromMs, toMs);
  return deps.availability.findSlots({ ...question, limits }, fromMs, toMs, context);
}

/** The days, weeks and months around two instants in which the type takes no further booking of that length. */
export async function reachedLimits(
  { store }: Pick<Deps, "store">,
  { fields, organizationId, appointmentTypeId, durationMs }: TypeQuestion,
  fromMs: number,
  toMs: number,
): Promise<ReachedLimit[]> {
  const dates = { from: limitDayOf(fields, fromMs), to: limitDayOf(fields, toMs) };
  const type = { id: appointmentTypeId, fields };
  const reached = await reachedSpans(store.db, organizationId, type, dates, durationMs / 60_000);
  return reached.map(({ limit, span }) => ({
    ...instantsOf(span, fields.timeZone),
    reason: limit.reason,
    limit: limit.maxBookings > 0 ? limit.maxBookings : limit.maxMinutes,
  }));
}
