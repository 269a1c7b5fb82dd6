import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { send, type Sql } from "@calends/kit/database";
import { deleteInSlices } from "@calends/kit/delete-in-slices";
import { newId } from "@calends/kit/ids";
import { traceparent, type Trace } from "@calends/kit/trace";
import { causeHeader, eventIdHeader, timeHeader, traceHeader, typeHeader } from "./headers.ts";
import { subjectOf } from "./subjects.ts";

/** What is noted beside a fact. */
export interface FactContext {
  readonly organizationId: string;
  /** When the fact became true. */
  readonly at: Date;
  /** The trace of the request that caused it; null where there was none. */
  readonly trace: Trace | null;
}

/**
 * Writes an event into the outbox, in the transaction in which its fact becomes true: both are kept or neither. The
 * relay publishes it after the commit. Returns the event's id.
 */
export async function enqueue<E extends DescMessage>(
  tx: Sql,
  event: E,
  message: MessageInitShape<E>,
  context: FactContext,
): Promise<string> {
  const id = newId(context.at.getTime());
  const headers = {
    [eventIdHeader]: id,
    [causeHeader]: id,
    [typeHeader]: event.typeName,
    [timeHeader]: context.at.toISOString(),
    ...(context.trace === null ? {} : { [traceHeader]: traceparent(context.trace) }),
  };
  await send(
    tx,
    `INSERT INTO outbox (organization_id, event_id, subject, headers, payload, created_at)
     VALUES ($1::uuid, $2::uuid, $3, $4::jsonb, $5, $6::timestamptz)`,
    context.organizationId,
    id,
    subjectOf(event, context.organizationId),
    JSON.stringify(headers),
    Buffer.from(toBinary(event, create(event, message))),
    context.at,
  );
  return id;
}

/** How long published events are kept, so that a broker that lost them can be given them again. */
export const keepPublishedDays = 14;

/**
 * Marks the events since an instant as not published, so that the relay publishes them again: the repair after JetStream
 * has lost acknowledged messages, or for a consumer that starts from nothing. Returns how many there are.
 */
export async function republishSince(sql: Sql, since: Date): Promise<number> {
  const rows = await sql.$queryRawUnsafe<unknown[]>(
    "UPDATE outbox SET published_at = NULL, attempts = attempts + 1 WHERE created_at >= $1::timestamptz AND published_at IS NOT NULL RETURNING id",
    since,
  );
  return rows.length;
}

/** Forgets published events older than {@link keepPublishedDays}. */
export async function forgetPublished(sql: Sql, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keepPublishedDays * 86_400_000);
  await deleteInSlices(sql, "outbox", "published_at < $1::timestamptz", before);
}
