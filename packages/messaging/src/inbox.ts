import type { Sql } from "@calends/kit/database";

/**
 * Notes that a consumer has taken an event, in the transaction of its effect. False when it has before: the effect must
 * not happen again.
 */
export async function takeOnce(tx: Sql, consumer: string, eventId: string): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2::uuid) ON CONFLICT DO NOTHING RETURNING 1 AS taken",
    consumer,
    eventId,
  );
  return rows.length === 1;
}
