import { throwKind } from "@calends/kit/database-errors";
import { invalidField, notFound } from "@calends/kit/domain-error";
import type { Calendar, CalendarDraft } from "../domain/calendar.ts";
import type { Profile } from "../domain/profile.ts";
import type { Calendar as CalendarRow, Prisma } from "../gen/prisma/client.ts";
import type { Store, Tx } from "./index.ts";

/** A calendar's profile with its version. */
export interface StoredProfile extends Profile {
  readonly calendarId: string;
  readonly version: bigint;
}

/** Adds a calendar. Throws "exists" where its external key is used. */
export async function insertCalendar(tx: Tx, organizationId: string, calendar: Calendar): Promise<void> {
  await tx.calendar.create({ data: { organizationId, ...calendar } }).catch(throwKind);
}

/** Replaces what a caller sets; throws "not found", or "exists" where the external key is used. */
export async function updateCalendar(
  tx: Tx,
  organizationId: string,
  id: string,
  draft: CalendarDraft,
  now: Date,
): Promise<Calendar> {
  const data = { ...draft, updatedAt: now, version: { increment: 1n } };
  const where = { organizationId_id: { organizationId, id } };
  const known = await tx.calendar.findUnique({ where, select: { id: true } });
  if (known === null) {
    throw notFound("Calendar");
  }
  return tx.calendar.update({ where, data }).then(withoutOrganization, throwKind);
}

/** Reads a calendar; throws "not found" also where another organization has it. */
export async function readCalendar(db: Tx, organizationId: string, id: string): Promise<Calendar> {
  const row = await db.calendar.findUnique({ where: { organizationId_id: { organizationId, id } } }).catch(throwKind);
  if (row === null) {
    throw notFound("Calendar");
  }
  return withoutOrganization(row);
}

/** Reads a page of calendars by name. The token is the last calendar's id. */
export async function listCalendars(
  { db }: Store,
  organizationId: string,
  pageSize: number,
  pageToken: string,
): Promise<{ calendars: Calendar[]; nextPageToken: string }> {
  const after =
    pageToken === "" ? undefined : await db.calendar.findFirst({ where: { organizationId, id: asId(pageToken) } });
  if (after === null) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  const rows = await db.calendar
    .findMany({
      where: {
        organizationId,
        ...(after === undefined
          ? {}
          : { OR: [{ name: { gt: after.name } }, { name: after.name, id: { gt: after.id } }] }),
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: pageSize + 1,
    })
    .catch(throwKind);
  const calendars = rows.slice(0, pageSize).map(withoutOrganization);
  return { calendars, nextPageToken: rows.length > pageSize ? (calendars.at(-1)?.id ?? "") : "" };
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

/** Replaces a calendar's profile. Throws "not found" without the calendar. */
export async function writeProfile(
  tx: Tx,
  organizationId: string,
  calendarId: string,
  profile: Profile,
  now: Date,
): Promise<StoredProfile> {
  await readCalendar(tx, organizationId, calendarId);
  const data = {
    timeZone: profile.timeZone,
    weeklyHours: profile.weeklyHours.map((hours) => ({ ...hours })),
    dateOverrides: profile.dateOverrides.map((override) => ({
      ...override,
      hours: override.hours.map((h) => ({ ...h })),
    })),
    updatedAt: now,
  };
  const row = await tx.profile
    .upsert({
      where: { organizationId_calendarId: { organizationId, calendarId } },
      create: { organizationId, calendarId, ...data },
      update: { ...data, version: { increment: 1n } },
    })
    .catch(throwKind);
  return toProfile(row);
}

type ProfileRow = Prisma.ProfileGetPayload<object>;

/** The JSON columns hold exactly what {@link writeProfile} put there. */
function toProfile(row: ProfileRow): StoredProfile {
  return {
    calendarId: row.calendarId,
    version: row.version,
    timeZone: row.timeZone,
    weeklyHours: row.weeklyHours as unknown as Profile["weeklyHours"],
    dateOverrides: row.dateOverrides as unknown as Profile["dateOverrides"],
  };
}

function withoutOrganization({ organizationId: _, ...calendar }: CalendarRow): Calendar {
  return calendar;
}

function asId(token: string): string {
  if (!/^[0-9a-f-]{36}$/.test(token)) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  return token;
}
