import { throwKind } from "@calends/kit/database-errors";
import type { CalendarEvent, Shown } from "../domain/calendar-event.ts";
import type { Tx } from "./index.ts";

/**
 * Replaces what calendars show under an id, unless a version as new has been seen: events may repeat and come in any order.
 */
export async function applyShown(tx: Tx, organizationId: string, shown: Shown): Promise<void> {
  const { id, version } = shown;
  const newer = await tx.$queryRaw<unknown[]>`
    INSERT INTO seen_bookings AS seen (organization_id, booking_id, version)
    VALUES (${organizationId}::uuid, ${id}::uuid, ${version})
    ON CONFLICT (organization_id, booking_id) DO UPDATE SET version = EXCLUDED.version
    WHERE seen.version < EXCLUDED.version
    RETURNING 1 AS newer`;
  if (newer.length > 0) {
    await replaceEvents(tx, organizationId, shown);
  }
}

/** Replaces what calendars show under an id, whose row of versions is locked. */
export async function replaceEvents(
  tx: Tx,
  organizationId: string,
  { id: bookingId, calendarIds, event }: Pick<Shown, "id" | "calendarIds" | "event">,
): Promise<void> {
  await tx.calendarEvent.deleteMany({ where: { organizationId, bookingId } });
  if (event !== null) {
    const data = calendarIds.map((calendarId) => ({ organizationId, calendarId, ...event }));
    await tx.calendarEvent.createMany({ data, skipDuplicates: true });
  }
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
