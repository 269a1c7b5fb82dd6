import { formatLocalDate, parseLocalDate } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import type { ReachedLimit, SlotQuestion } from "../availability.ts";
import { fullDays } from "../store/daily-counts.ts";
import type { Deps } from "./deps.ts";

/** A question about a type that is kept. */
export type TypeQuestion = SlotQuestion & { readonly appointmentTypeId: string };

const dayMs = 86_400_000;

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

/** The days between two instants on which the type is full. */
export async function reachedLimits(
  { store }: Deps,
  { fields, organizationId, appointmentTypeId }: TypeQuestion,
  fromMs: number,
  toMs: number,
): Promise<ReachedLimit[]> {
  const limit = fields.maxBookingsPerDay;
  if (limit === 0) {
    return [];
  }
  const zone = zoneOf(fields.timeZone);
  const day = (ms: number) => formatLocalDate(ms + zone.offsetAt(ms));
  const full = await fullDays(store, organizationId, appointmentTypeId, limit, day(fromMs), day(toMs));
  return [...full].map((date) => {
    const midnight = must(parseLocalDate(date), "local date");
    return { startMs: zone.toUtc(midnight), endMs: zone.toUtc(midnight + dayMs), reason: "DAILY_LIMIT", limit };
  });
}
