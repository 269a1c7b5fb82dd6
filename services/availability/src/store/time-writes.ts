import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import type { Held, TimeException, TimeKind } from "../domain/time-record.ts";
import type { Prisma } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";
import { columnsOf, exceptionColumns, toException, toRecord } from "./time-rows.ts";

/** A record that is about to change, and those of other members of its bundle that follow it. */
export interface Family {
  readonly held: Held;
  readonly followers: readonly Held[];
  /** The original start of the date whose own id was asked for; null where it was the record's. */
  readonly recurrenceMs: number | null;
}

/** What blocked and available times are called where one is not found. */
const names: Readonly<Record<TimeKind, string>> = { blocked: "Blocked time", available: "Available time" };

/** "Not found", in the words of the kind. */
export function noTime(kind: TimeKind): Error {
  return notFound(names[kind]);
}

/**
 * Reads a record by its id or that of one of its changed dates, with its followers, and keeps them from being changed by
 * others until the transaction ends. Throws "not found" also where another organization has it.
 */
export async function lockFamily(tx: Tx, organizationId: string, kind: TimeKind, id: string): Promise<Family> {
  const asked = await tx.calendarTime.findFirst({ where: { organizationId, id, kind, cancelled: false } });
  const ownId = asked?.masterId ?? id;
  // Ordered, so that two such transactions do not wait for each other.
  await tx.$queryRaw`
    SELECT 1 FROM calendar_times
    WHERE organization_id = ${organizationId}::uuid AND (id = ${ownId}::uuid OR bundle_primary_id = ${ownId}::uuid)
    ORDER BY id FOR UPDATE`.catch(throwKind);
  const all = await readHeld(tx, organizationId, { kind, OR: [{ id: ownId }, { bundlePrimaryId: ownId }] });
  const held = all.find(({ time }) => time.id === ownId);
  const date = held?.exceptions.find((exception) => exception.id === id);
  if (asked === null || held === undefined || (ownId !== id && date === undefined)) {
    throw noTime(kind);
  }
  const followers = all.filter((other) => other !== held);
  return { held, followers, recurrenceMs: date?.recurrenceMs ?? null };
}

/** Reads records with their exceptions, in two queries. */
export async function readHeld(tx: Tx, organizationId: string, which: Prisma.CalendarTimeWhereInput): Promise<Held[]> {
  const rows = await tx.calendarTime.findMany({ where: { ...which, organizationId } }).catch(throwKind);
  const ids = rows.map(({ id }) => id);
  const found = await tx.calendarTime
    .findMany({ where: { organizationId, masterId: { in: ids } }, orderBy: { recurrenceId: "asc" } })
    .catch(throwKind);
  const byMaster = Map.groupBy(found, ({ masterId }) => masterId);
  return rows.map((row) => ({ time: toRecord(row), exceptions: (byMaster.get(row.id) ?? []).map(toException) }));
}

/** Writes new records with their exceptions. Throws "exists" for a used external id. */
export async function insertTimes(tx: Tx, organizationId: string, made: readonly Held[]): Promise<void> {
  const records = made.map(({ time }) => columnsOf(organizationId, time));
  await tx.calendarTime.createMany({ data: records }).catch(throwKind);
  await insertExceptions(tx, organizationId, made);
}

/** Writes a changed record and those of its exceptions that differ. Throws "exists" for a used external id. */
export async function writeTime(tx: Tx, organizationId: string, before: Held, after: Held): Promise<void> {
  const { id } = after.time;
  const data = columnsOf(organizationId, after.time);
  await tx.calendarTime.update({ where: { organizationId_id: { organizationId, id } }, data }).catch(throwKind);
  const kept = new Set(after.exceptions.map(valuesOf));
  const gone = before.exceptions.filter((exception) => !kept.has(valuesOf(exception)));
  await deleteTimes(
    tx,
    organizationId,
    gone.map((exception) => exception.id),
  );
  const known = new Set(before.exceptions.map(valuesOf));
  const added = after.exceptions.filter((exception) => !known.has(valuesOf(exception)));
  await insertExceptions(tx, organizationId, [{ ...after, exceptions: added }]);
}

/** Removes records; exceptions and followers go with them. */
export async function deleteTimes(tx: Tx, organizationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) {
    await tx.calendarTime.deleteMany({ where: { organizationId, id: { in: [...ids] } } }).catch(throwKind);
  }
}

/** Which of these external ids a calendar has already for times of a kind, as `calendar external-id`. */
export async function findExternalIds(
  tx: Tx,
  organizationId: string,
  kind: TimeKind,
  keys: readonly { readonly calendarId: string; readonly externalId: string }[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) {
    return new Set();
  }
  const where = { organizationId, kind, OR: keys.map(({ calendarId, externalId }) => ({ calendarId, externalId })) };
  const rows = await tx.calendarTime
    .findMany({ where, select: { calendarId: true, externalId: true } })
    .catch(throwKind);
  return new Set(rows.map(({ calendarId, externalId }) => `${calendarId} ${externalId}`));
}

async function insertExceptions(tx: Tx, organizationId: string, made: readonly Held[]): Promise<void> {
  const data = made.flatMap(({ time, exceptions }) =>
    exceptions.map((exception) => exceptionColumns(organizationId, time, exception)),
  );
  if (data.length > 0) {
    await tx.calendarTime.createMany({ data }).catch(throwKind);
  }
}

function valuesOf(exception: TimeException): string {
  const { id, recurrenceMs, startMs, endMs, cancelled, reason, version } = exception;
  return JSON.stringify([id, recurrenceMs, startMs, endMs, cancelled, reason, String(version)]);
}
