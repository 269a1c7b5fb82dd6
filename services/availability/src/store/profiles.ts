import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import type { Schedule } from "../domain/schedule.ts";
import { Prisma } from "../gen/prisma/client.ts";
import { touchCalendars } from "./changes.ts";
import type { Tx } from "./index.ts";

/** A calendar's schedule with its version. */
export interface StoredProfile extends Schedule {
  readonly calendarId: string;
  readonly version: bigint;
}

/** Reads a calendar's profile; null where none was set. Throws "not found" without the calendar. */
export async function readProfile(db: Tx, organizationId: string, calendarId: string): Promise<StoredProfile | null> {
  const row = await db.calendar
    .findUnique({
      where: { organizationId_id: { organizationId, id: calendarId } },
      select: { profile: true },
    })
    .catch(throwKind);
  if (row === null) {
    throw notFound("Calendar");
  }
  return row.profile === null ? null : toProfile(row.profile);
}

/** Reads the profiles of calendars in one query, by calendar; those that have none, or are not there, are left out. */
export async function readProfiles(
  db: Tx,
  organizationId: string,
  calendarIds: readonly string[],
): Promise<Map<string, StoredProfile>> {
  const where = { organizationId, calendarId: { in: [...calendarIds] } };
  const rows = await db.profile.findMany({ where }).catch(throwKind);
  return new Map(rows.map((row) => [row.calendarId, toProfile(row)]));
}

/** Replaces a calendar's profile. Throws "not found" without the calendar. */
export async function writeProfile(
  tx: Tx,
  organizationId: string,
  calendarId: string,
  schedule: Schedule,
  now: Date,
): Promise<StoredProfile> {
  const calendar = { organizationId_id: { organizationId, id: calendarId } };
  if ((await tx.calendar.findUnique({ where: calendar, select: { id: true } }).catch(throwKind)) === null) {
    throw notFound("Calendar");
  }
  const data = { ...columnsOf(schedule), updatedAt: now };
  const row = await tx.profile
    .upsert({
      where: { organizationId_calendarId: { organizationId, calendarId } },
      create: { organizationId, calendarId, ...data },
      update: { ...data, version: { increment: 1n } },
    })
    .catch(throwKind);
  await touchCalendars(tx, organizationId, [calendarId]);
  return toProfile(row);
}

function columnsOf({ timeZone, weeklyHours, dateOverrides, breaks, vacations, holidays }: Schedule) {
  return {
    timeZone,
    weeklyHours: weeklyHours.map((hours) => ({ ...hours })),
    dateOverrides: dateOverrides.map((override) => ({ ...override, hours: override.hours.map((h) => ({ ...h })) })),
    breaks: breaks.map((pause) => ({ ...pause })),
    vacations: vacations.map((vacation) => ({ ...vacation })),
    holidays: holidays === null ? Prisma.DbNull : { ...holidays },
  };
}

/** The JSON columns hold exactly what {@link writeProfile} put there. */
function toProfile(row: Prisma.ProfileGetPayload<object>): StoredProfile {
  return {
    calendarId: row.calendarId,
    version: row.version,
    timeZone: row.timeZone,
    weeklyHours: row.weeklyHours as unknown as Schedule["weeklyHours"],
    dateOverrides: row.dateOverrides as unknown as Schedule["dateOverrides"],
    breaks: row.breaks as unknown as Schedule["breaks"],
    vacations: row.vacations as unknown as Schedule["vacations"],
    holidays: row.holidays as unknown as Schedule["holidays"],
  };
}
