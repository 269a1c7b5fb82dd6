import type { Sql } from "@calends/kit/database";

/** An event of the outbox that JetStream refuses for what it is, and which the relay has stopped trying to publish. */
export interface SetAsideEvent {
  readonly eventId: string;
  readonly organizationId: string;
  /** Protobuf type name of the event. */
  readonly type: string;
  /** Size of the event's body. */
  readonly bytes: number;
  /** What JetStream said. */
  readonly refusal: string;
  readonly setAsideAt: Date;
}

/** Lists the events that are set aside, the oldest first; at most a hundred. */
export async function listSetAside(sql: Sql): Promise<readonly SetAsideEvent[]> {
  return sql.$queryRawUnsafe<SetAsideEvent[]>(
    `SELECT event_id AS "eventId", organization_id AS "organizationId", headers ->> 'Calends-Type' AS type,
       octet_length(payload) AS bytes, refusal, set_aside_at AS "setAsideAt"
     FROM outbox WHERE published_at IS NULL AND set_aside_at IS NOT NULL ORDER BY id LIMIT 100`,
  );
}

/** Lets the relay try set-aside events again: one, or all where no id is given. Returns how many there are. */
export async function retrySetAside(sql: Sql, eventId?: string): Promise<number> {
  const rows = await sql.$queryRawUnsafe<unknown[]>(
    `UPDATE outbox SET set_aside_at = NULL, refusals = 0
     WHERE published_at IS NULL AND set_aside_at IS NOT NULL AND ($1::uuid IS NULL OR event_id = $1::uuid)
     RETURNING id`,
    eventId ?? null,
  );
  return rows.length;
}
