import { throwKind } from "@calends/kit/database-errors";
import { invalidField, notFound } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { bundleKind, type Calendar, type CalendarDraft } from "../domain/calendar.ts";
import type { Calendar as CalendarRow } from "../gen/prisma/client.ts";
import type { Store, Tx } from "./index.ts";

/** Adds a calendar. Throws "exists" where its external key is used. */
export async function insertCalendar(tx: Tx, organizationId: string, calendar: Calendar): Promise<void> {
  const { memberIds: _, primaryMemberId: __, ...row } = calendar;
  await tx.calendar.create({ data: { organizationId, ...row } }).catch(throwKind);
  await writeMembers(tx, organizationId, calendar.id, calendar);
}

/** Replaces what a caller sets; throws "exists" where the external key is used. */
export async function updateCalendar(
  tx: Tx,
  organizationId: string,
  id: string,
  draft: CalendarDraft,
  now: Date,
): Promise<Calendar> {
  const { name, timeZone, externalId } = draft;
  const data = { name, timeZone, externalId, updatedAt: now, version: { increment: 1n } };
  const where = { organizationId_id: { organizationId, id } };
  await writeMembers(tx, organizationId, id, draft);
  const row = await tx.calendar.update({ where, data }).catch(throwKind);
  const [calendar] = await withMembers(tx, organizationId, [row]);
  return must(calendar, "calendar");
}

/** Reads a calendar; throws "not found" also where another organization has it. */
export async function readCalendar(db: Tx, organizationId: string, id: string): Promise<Calendar> {
  const [calendar] = await readCalendars(db, organizationId, new Set([id]));
  if (calendar === undefined) {
    throw notFound("Calendar");
  }
  return calendar;
}

/** Reads those of the calendars that there are. */
export async function readCalendars(db: Tx, organizationId: string, ids: ReadonlySet<string>): Promise<Calendar[]> {
  if (ids.size === 0) {
    return [];
  }
  const rows = await db.calendar.findMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
  return withMembers(db, organizationId, rows);
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
  const calendars = await withMembers(db, organizationId, rows.slice(0, pageSize));
  return { calendars, nextPageToken: rows.length > pageSize ? (calendars.at(-1)?.id ?? "") : "" };
}

async function withMembers(db: Tx, organizationId: string, rows: readonly CalendarRow[]): Promise<Calendar[]> {
  const bundles = rows.filter(({ kind }) => kind === bundleKind).map(({ id }) => id);
  const members = await readMembers(db, organizationId, bundles);
  return rows.map((row) => toCalendar(row, members));
}

type Members = ReadonlyMap<string, Pick<Calendar, "memberIds" | "primaryMemberId">>;

function toCalendar({ organizationId: _, slotsVersion: __, ...row }: CalendarRow, members: Members): Calendar {
  return { ...row, ...(members.get(row.id) ?? { memberIds: [], primaryMemberId: null }) };
}

/** Reads the members of bundles, the primary first. */
async function readMembers(db: Tx, organizationId: string, bundleIds: readonly string[]): Promise<Members> {
  if (bundleIds.length === 0) {
    return new Map();
  }
  const rows = await db.bundleMember
    .findMany({
      where: { organizationId, bundleId: { in: [...bundleIds] } },
      orderBy: [{ isPrimary: "desc" }, { calendarId: "asc" }],
    })
    .catch(throwKind);
  const groups = Map.groupBy(rows, ({ bundleId }) => bundleId);
  return new Map(
    [...groups].map(([id, ofBundle]) => {
      const primary = ofBundle.find(({ isPrimary }) => isPrimary);
      return [id, { memberIds: ofBundle.map((row) => row.calendarId), primaryMemberId: primary?.calendarId ?? null }];
    }),
  );
}

/** Replaces the members of a bundle. Throws naming the one that is no calendar of the organization, or a bundle itself. */
async function writeMembers(
  tx: Tx,
  organizationId: string,
  bundleId: string,
  { memberIds, primaryMemberId }: Pick<Calendar, "memberIds" | "primaryMemberId">,
): Promise<void> {
  if (memberIds.length === 0) {
    return;
  }
  const where = { organizationId, id: { in: [...memberIds] } };
  const found = await tx.calendar.findMany({ where, select: { id: true, kind: true } }).catch(throwKind);
  const kinds = new Map(found.map(({ id, kind }) => [id, kind]));
  memberIds.forEach((id, index) => {
    if (!kinds.has(id)) {
      throw invalidField(`member_ids[${index}]`, "Calendar not found or access denied");
    }
    if (kinds.get(id) === bundleKind) {
      throw invalidField(`member_ids[${index}]`, "a bundle cannot be a member of a bundle");
    }
  });
  await tx.bundleMember.deleteMany({ where: { organizationId, bundleId } }).catch(throwKind);
  const data = memberIds.map((calendarId) => {
    return { organizationId, bundleId, calendarId, isPrimary: calendarId === primaryMemberId };
  });
  await tx.bundleMember.createMany({ data }).catch(throwKind);
}

function asId(token: string): string {
  if (!/^[0-9a-f-]{36}$/.test(token)) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  return token;
}
