import { throwKind } from "@calends/kit/database-errors";
import type { CalendarEvent } from "../domain/calendar-event.ts";
import type { Tx } from "./index.ts";

/** One version of a booking. */
export interface BookingVersion {
  readonly organizationId: string;
  readonly bookingId: string;
  readonly version: bigint;
}

/**
 * Replaces what calendars show of a booking, unless a version as new has been seen: events may repeat and come in any
 * order. Null shows it nowhere. Returns whether anything was applied.
 */
export async function applyBooking(
  tx: Tx,
  { organizationId, bookingId, version }: BookingVersion,
  calendarIds: readonly string[],
  event: CalendarEvent | null,
): Promise<boolean> {
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO seen_bookings AS seen (organization_id, booking_id, version)
    VALUES (${organizationId}::uuid, ${bookingId}::uuid, ${version})
    ON CONFLICT (organization_id, booking_id) DO UPDATE SET version = EXCLUDED.version
    WHERE seen.version < EXCLUDED.version
    RETURNING 1 AS newer`;
  if (newer.length === 0) {
    return false;
  }
  await tx.calendarEvent.deleteMany({ where: { organizationId, bookingId } });
  if (event !== null) {
    const data = calendarIds.map((calendarId) => ({ organizationId, calendarId, ...event }));
    await tx.calendarEvent.createMany({ data, skipDuplicates: true });
  }
  return true;
}

/** Reads what a calendar shows that ends after an instant: the latest, at most so many, latest first. */
export async function listEvents(
  db: Tx,
  organizationId: string,
  calendarId: string,
  from: Date,
  limit: number,
): Promise<CalendarEvent[]> {
  return db.calendarEvent
    .findMany({
      where: { organizationId, calendarId, endsAt: { gt: from } },
      omit: { organizationId: true, calendarId: true },
      orderBy: [{ startsAt: "desc" }, { bookingId: "asc" }],
      take: limit,
    })
    .catch(throwKind);
}
