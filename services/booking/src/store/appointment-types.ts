import type { Sql } from "@calends/kit/database";
import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import { laterFields, type AppointmentType, type TypeFields, type TypeStatus } from "../domain/appointment-type.ts";
import type { BookingLink, LinkFields } from "../domain/booking-link.ts";
import { linkNotActive } from "../domain/errors.ts";
import type { AppointmentType as TypeRow, BookingLink as LinkRow, Prisma } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** Adds a type. */
export async function insertType(tx: Tx, organizationId: string, type: AppointmentType): Promise<void> {
  await tx.appointmentType.create({ data: { organizationId, ...type, fields: jsonOf(type.fields) } }).catch(throwKind);
}

/** Reads a type; throws "not found" also where another organization has it. */
export async function readType(db: Sql, organizationId: string, id: string): Promise<AppointmentType> {
  const [row] = await db
    .$queryRawUnsafe<(Omit<TypeRow, "version"> & { version: string })[]>(
      `SELECT organization_id::text AS "organizationId", id::text, fields, status, version::text,
         created_at AS "createdAt", updated_at AS "updatedAt"
       FROM appointment_types WHERE organization_id = $1::uuid AND id = $2::uuid`,
      organizationId,
      id,
    )
    .catch(throwKind);
  if (row === undefined) {
    throw notFound("Appointment type");
  }
  return toType({ ...row, version: BigInt(row.version) });
}

/** Reads a type and keeps it from being changed by others until the transaction ends. Throws "not found". */
export async function lockType(tx: Tx, organizationId: string, id: string): Promise<AppointmentType> {
  await tx.$queryRaw`
    SELECT 1 AS locked FROM appointment_types
    WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`.catch(throwKind);
  return readType(tx, organizationId, id);
}

/** Replaces a type's fields and status. */
export async function updateType(
  tx: Tx,
  organizationId: string,
  id: string,
  values: { fields: TypeFields; status: TypeStatus; updatedAt: Date },
): Promise<AppointmentType> {
  const data = { ...values, fields: jsonOf(values.fields), version: { increment: 1n } };
  const where = { organizationId_id: { organizationId, id } };
  return tx.appointmentType.update({ where, data }).then(toType, throwKind);
}

/** Notes that a type was given more seats. */
export async function noteRaised(tx: Tx, organizationId: string, id: string, seatsRaisedAt: Date): Promise<void> {
  const where = { organizationId_id: { organizationId, id } };
  await tx.appointmentType.update({ where, data: { seatsRaisedAt } }).catch(throwKind);
}

/** A type that was given more seats. */
export interface RaisedType {
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly raisedAt: Date;
}

/** Finds types that were given more seats, of all organizations, the first first. */
export async function findRaised(db: Tx, limit: number): Promise<RaisedType[]> {
  const where = { seatsRaisedAt: { not: null } };
  const rows = await db.appointmentType
    .findMany({ where, orderBy: { seatsRaisedAt: "asc" }, take: limit })
    .catch(throwKind);
  return rows.flatMap((row) =>
    row.seatsRaisedAt === null
      ? []
      : [{ organizationId: row.organizationId, type: toType(row), raisedAt: row.seatsRaisedAt }],
  );
}

/** Forgets that a type was given more seats, unless it was given some since. */
export async function forgetRaised(db: Tx, organizationId: string, id: string, seatsRaisedAt: Date): Promise<void> {
  const where = { organizationId, id, seatsRaisedAt };
  await db.appointmentType.updateMany({ where, data: { seatsRaisedAt: null } }).catch(throwKind);
}

/** Reads a page of types, newest first. */
export async function listTypes(db: Tx, organizationId: string, pageSize: number, pageToken: string) {
  const rows = await db.appointmentType
    .findMany({ where: newestAfter(organizationId, pageToken), orderBy: { id: "desc" }, take: pageSize + 1 })
    .catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  return { types: page.rows.map(toType), nextPageToken: page.nextPageToken };
}

/** Adds a link. Throws "exists" where the slug is used. */
export async function insertLink(tx: Tx, organizationId: string, link: BookingLink): Promise<void> {
  await tx.bookingLink.create({ data: { organizationId, ...link, questions: questionsOf(link) } }).catch(throwKind);
}

/** Replaces a link's fields. Throws "not found", or "exists" where the slug is used. */
export async function updateLink(tx: Tx, organizationId: string, id: string, fields: LinkFields): Promise<BookingLink> {
  const where = { organizationId_id: { organizationId, id } };
  if ((await tx.bookingLink.findUnique({ where, select: { id: true } }).catch(throwKind)) === null) {
    throw notFound("Booking link");
  }
  const data = { ...fields, questions: questionsOf(fields), version: { increment: 1n } };
  return tx.bookingLink.update({ where, data }).then(toLink, throwKind);
}

/** Reads a page of links, newest first. */
export async function listLinks(db: Tx, organizationId: string, pageSize: number, pageToken: string) {
  const rows = await db.bookingLink
    .findMany({ where: newestAfter(organizationId, pageToken), orderBy: { id: "desc" }, take: pageSize + 1 })
    .catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  return { links: page.rows.map(toLink), nextPageToken: page.nextPageToken };
}

/** Finds a link and its type by the public address, in whichever organization. Throws "not found". */
export async function readLinkBySlug(
  db: Tx,
  slug: string,
): Promise<{ organizationId: string; link: BookingLink; type: AppointmentType }> {
  const row = await db.bookingLink.findUnique({ where: { slug } }).catch(throwKind);
  if (row === null) {
    throw notFound("Booking link");
  }
  const { organizationId } = row;
  return { organizationId, link: toLink(row), type: await readType(db, organizationId, row.appointmentTypeId) };
}

/** A link and what it leads to. */
export interface LinkedType {
  readonly link: BookingLink;
  readonly type: AppointmentType;
}

/** Reads links of an organization with their types, by id; those that are not there are left out. */
export async function findLinks(
  db: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LinkedType>> {
  const where = { organizationId, id: { in: [...ids] } };
  const links = await db.bookingLink.findMany({ where }).catch(throwKind);
  const typeIds = links.map(({ appointmentTypeId }) => appointmentTypeId);
  const types = await db.appointmentType.findMany({ where: { organizationId, id: { in: typeIds } } }).catch(throwKind);
  const byId = new Map(types.map((row) => [row.id, toType(row)]));
  return new Map(
    links.flatMap((row) => {
      const type = byId.get(row.appointmentTypeId);
      return type === undefined ? [] : [[row.id, { link: toLink(row), type }] as const];
    }),
  );
}

/** Uses a single-use link up; throws LINK_NOT_ACTIVE where somebody was quicker. */
export async function useLinkUp(tx: Sql, organizationId: string, id: string): Promise<void> {
  const used = await tx
    .$queryRawUnsafe<unknown[]>(
      "UPDATE booking_links SET used = true WHERE organization_id = $1::uuid AND id = $2::uuid AND NOT used RETURNING 1 AS used",
      organizationId,
      id,
    )
    .catch(throwKind);
  if (used.length === 0) {
    throw linkNotActive("has been used");
  }
}

/** Ids grow with time (UUID version 7), so they order by age. */
function newestAfter(organizationId: string, pageToken: string) {
  const after = decodePageToken(pageToken, ["uuid"])?.[0];
  return { organizationId, ...(after === undefined ? {} : { id: { lt: after } }) };
}

function jsonOf(fields: TypeFields): Prisma.InputJsonObject {
  return fields as unknown as Prisma.InputJsonObject; // Plain data throughout.
}

function questionsOf({ questions }: LinkFields) {
  return questions.map((question) => ({ ...question, choices: [...question.choices] }));
}

/** The JSON column holds exactly what {@link jsonOf} put there, or what it put there before there were later fields. */
function toType({ organizationId: _, ...row }: TypeRow): AppointmentType {
  const kept = row.fields as unknown as Omit<TypeFields, keyof typeof laterFields>;
  const hosts = kept.hosts.map((host) => ({ ...laterOfHosts, ...host }));
  return { ...row, status: row.status as TypeStatus, fields: { ...laterFields, ...kept, hosts } };
}

const laterOfHosts = { weight: 1, priority: 0 };

/** The JSON column holds exactly what {@link questionsOf} put there. */
function toLink({ organizationId: _, ...row }: LinkRow): BookingLink {
  return { ...row, questions: row.questions as unknown as BookingLink["questions"] };
}
