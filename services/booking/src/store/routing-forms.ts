import { throwKind } from "@calends/kit/database-errors";
import { notFound } from "@calends/kit/domain-error";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { RoutingFields, RoutingForm } from "../domain/routing.ts";
import type { Prisma, RoutingForm as FormRow } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** Adds a form. Throws "exists" where the slug is used. */
export async function insertForm(tx: Tx, organizationId: string, form: RoutingForm): Promise<void> {
  await tx.routingForm.create({ data: { organizationId, ...form, ...jsonOf(form) } }).catch(throwKind);
}

/** Replaces a form's fields. Throws "not found", or "exists" where the slug is used. */
export async function updateForm(
  tx: Tx,
  organizationId: string,
  id: string,
  fields: RoutingFields,
): Promise<RoutingForm> {
  const where = { organizationId_id: { organizationId, id } };
  if ((await tx.routingForm.findUnique({ where, select: { id: true } }).catch(throwKind)) === null) {
    throw notFound("Routing form");
  }
  const data = { ...fields, ...jsonOf(fields), version: { increment: 1n } };
  return tx.routingForm.update({ where, data }).then(toForm, throwKind);
}

/** Reads a page of forms, the newest first. */
export async function listForms(db: Tx, organizationId: string, pageSize: number, pageToken: string) {
  const after = decodePageToken(pageToken, ["uuid"])?.[0];
  const where = { organizationId, ...(after === undefined ? {} : { id: { lt: after } }) };
  const rows = await db.routingForm.findMany({ where, orderBy: { id: "desc" }, take: pageSize + 1 }).catch(throwKind);
  const page = pageOf(rows, pageSize, ({ id }) => [id]);
  return { forms: page.rows.map(toForm), nextPageToken: page.nextPageToken };
}

/** Finds a form by its public address, in whichever organization. Throws "not found". */
export async function readFormBySlug(db: Tx, slug: string): Promise<{ organizationId: string; form: RoutingForm }> {
  const row = await db.routingForm.findUnique({ where: { slug } }).catch(throwKind);
  if (row === null) {
    throw notFound("Routing form");
  }
  return { organizationId: row.organizationId, form: toForm(row) };
}

function jsonOf({ questions, rules }: RoutingFields) {
  return {
    questions: questions as unknown as Prisma.InputJsonArray, // Plain data throughout.
    rules: rules as unknown as Prisma.InputJsonArray,
  };
}

/** The JSON columns hold exactly what {@link jsonOf} put there. */
function toForm({ organizationId: _, ...row }: FormRow): RoutingForm {
  return {
    ...row,
    questions: row.questions as unknown as RoutingForm["questions"],
    rules: row.rules as unknown as RoutingForm["rules"],
  };
}
