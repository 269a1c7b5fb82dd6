import { createWorld, type Busy, type World } from "../domain/slots.ts";
import { rangesBetween } from "../domain/profile.ts";
import { listBusy } from "../store/busy.ts";
import { readProfile } from "../store/calendars.ts";
import type { Deps } from "./deps.ts";

/** Longest meeting with both buffers, and a day for hours that began before. */
const marginMs = 4 * 86_400_000;

/** The years 1 to 9999: what requests may name, and all that the database reads as plain dates. */
const firstMs = -62_135_596_800_000;
const lastMs = 253_402_300_799_999;

/**
 * Reads what is known of a calendar around [fromMs, toMs): wide enough that a start's answer does not depend on the
 * range it was asked in. Throws "not found" without the calendar.
 */
export async function readWorld(
  { store, clock }: Deps,
  organizationId: string,
  calendarId: string,
  fromMs: number,
  toMs: number,
  ignoreBookingId: string,
): Promise<World> {
  const from = Math.max(fromMs - marginMs, firstMs);
  const to = Math.min(toMs + marginMs, lastMs);
  const [profile, busy] = await Promise.all([
    readProfile(store.db, organizationId, calendarId),
    listBusy(store.db, organizationId, calendarId, new Date(from), new Date(to)),
  ]);
  const counts = (record: Busy) => !(record.source === "booking" && record.sourceId === ignoreBookingId);
  const ranges = profile === null ? [] : rangesBetween(profile, from, to);
  return createWorld(clock.now().getTime(), ranges, ignoreBookingId === "" ? busy : busy.filter(counts));
}
