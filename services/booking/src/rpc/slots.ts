import { formatLocalDate } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { HandlerContext } from "@connectrpc/connect";
import type { SlotQuestion } from "../availability.ts";
import { limitDayOf } from "../domain/appointment-type.ts";
import { fullDays } from "../store/daily-counts.ts";
import type { Deps } from "./deps.ts";

/** Lists the starts of a type in [fromMs, toMs): those of availability, less the days on which the type is full. */
export async function bookableStarts(
  { availability, store }: Deps,
  question: SlotQuestion & { readonly appointmentTypeId: string },
  fromMs: number,
  toMs: number,
  context: HandlerContext,
): Promise<{ starts: number[]; truncated: boolean }> {
  const { fields, organizationId, appointmentTypeId } = question;
  const found = await availability.findSlots(question, fromMs, toMs, context);
  if (fields.maxBookingsPerDay === 0) {
    return found;
  }
  const zone = zoneOf(fields.timeZone);
  const day = (ms: number) => formatLocalDate(ms + zone.offsetAt(ms));
  const limit = fields.maxBookingsPerDay;
  const full = await fullDays(store, organizationId, appointmentTypeId, limit, day(fromMs), day(toMs));
  return { ...found, starts: found.starts.filter((start) => !full.has(limitDayOf(fields, start))) };
}
