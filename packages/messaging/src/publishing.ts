import { JetStreamApiError } from "@nats-io/jetstream";
import { errors, headers as natsHeaders } from "@nats-io/transport-node";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import type { Client } from "pg";
import type { Broker } from "./connection.ts";
import { eventIdHeader, typeHeader } from "./headers.ts";
import { streamOf } from "./subjects.ts";

/** What events are published with. */
export interface PublishingOptions {
  readonly service: string;
  readonly broker: Broker;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** An event that waits in the outbox. */
interface OutboxRow {
  readonly id: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  readonly attempts: number;
}

/** An event that JetStream refuses for what it is, and what it said. */
interface Refused {
  readonly row: OutboxRow;
  readonly refusal: string;
}

/** Most events of one batch. */
export const batchSize = 256;
const publishTimeoutMs = 5_000;
/** How often JetStream may refuse an event, at one try a poll, before the event is set aside. */
const triesBeforeSetAside = 5;
/** What the headers of an event take at most, and those that a dead letter of it gets besides. */
const headerBytes = 4_096;
/** JetStream's codes for a message, or its headers, that are larger than it takes. */
const tooLargeCodes: readonly number[] = [10_054, 10_097];

/** Marks events that JetStream has acknowledged, and reads the oldest of the others. */
export async function markAndRead(session: Client, published: readonly string[]): Promise<readonly OutboxRow[]> {
  const { rows } = await session.query<OutboxRow>({
    name: "mark-and-read",
    text: `WITH marked AS (UPDATE outbox SET published_at = now() WHERE id = ANY($1::bigint[]))
      SELECT id, subject, headers, payload, attempts FROM outbox
      WHERE published_at IS NULL AND set_aside_at IS NULL AND id <> ALL($1::bigint[]) ORDER BY id LIMIT ${batchSize}`,
    values: [published],
  });
  return rows;
}

/** What became of a batch. */
interface Published {
  /** The rows that JetStream has acknowledged. */
  readonly ids: readonly string[];
  /** Whether it has refused some for what they are: those are left for the next poll, or set aside. */
  readonly someRefused: boolean;
}

/** Publishes events. Where JetStream cannot take them now, throws with those marked that it has acknowledged. */
export async function publishBatch(
  options: PublishingOptions,
  session: Client,
  rows: readonly OutboxRow[],
): Promise<Published> {
  const { metrics, service } = options;
  const results = await Promise.allSettled(rows.map((row) => publish(options.broker, row)));
  const ids = rows.filter((_row, index) => results[index]?.status === "fulfilled").map(({ id }) => id);
  metrics.events.inc({ stream: service, outcome: "published" }, ids.length);
  const failures = results.flatMap((result, index) => {
    const row = rows[index];
    return result.status === "rejected" && row !== undefined ? [{ row, error: result.reason as unknown }] : [];
  });
  const refused = failures.flatMap(({ row, error }) => {
    const refusal = refusalOf(error);
    return refusal === null ? [] : [{ row, refusal }];
  });
  for (const one of refused) {
    await noteRefusal(options, session, one);
  }
  const trouble = failures.find(({ error }) => refusalOf(error) === null);
  if (trouble !== undefined) {
    await markAndRead(session, ids);
    throw trouble.error;
  }
  return { ids, someRefused: refused.length > 0 };
}

async function publish({ js, connection }: Broker, row: OutboxRow): Promise<void> {
  const room = (connection.info?.max_payload ?? Infinity) - headerBytes;
  if (row.payload.length > room) {
    throw new TooLarge(`${row.payload.length} bytes are too many: max_payload has room for ${room} beside the headers`);
  }
  const headers = natsHeaders();
  for (const [key, value] of Object.entries(row.headers)) {
    headers.set(key, value);
  }
  const eventId = row.headers[eventIdHeader] ?? row.id;
  // A republished event gets a message id of its own, or JetStream would drop it as a repetition.
  const msgID = row.attempts === 0 ? eventId : `${eventId}:${row.attempts}`;
  await js.publish(row.subject, row.payload, { headers, msgID, timeout: publishTimeoutMs }).catch((error: unknown) => {
    const isUnanswered = error instanceof Error && error.name === "JetStreamNotEnabled";
    throw isUnanswered ? new Error(noStream(row.subject), { cause: error }) : error;
  });
}

/** The client says "jetstream is not enabled" where nobody answers, which is so when the stream is missing. */
function noStream(subject: string): string {
  return `no stream takes ${subject}: ${streamOf(subject.split(".")[1] ?? "")} is missing, or JetStream is away`;
}

class TooLarge extends Error {}

/** Why JetStream will not take this very event, however often it is tried; null for trouble that is not the event's. */
function refusalOf(error: unknown): string | null {
  const isTheEvents =
    error instanceof TooLarge ||
    error instanceof errors.InvalidArgumentError ||
    error instanceof errors.InvalidSubjectError ||
    (error instanceof JetStreamApiError && tooLargeCodes.includes(error.code));
  return isTheEvents ? error.message : null;
}

/** Counts a refusal; sets the event aside after the last try, so that it costs nothing more and is seen. */
async function noteRefusal(
  { logger, metrics, service }: PublishingOptions,
  session: Client,
  one: Refused,
): Promise<void> {
  const { row, refusal } = one;
  const { rows } = await session.query<{ aside: boolean }>(
    `UPDATE outbox SET refusals = refusals + 1, refusal = $2,
       set_aside_at = CASE WHEN refusals + 1 >= ${triesBeforeSetAside} THEN now() END
     WHERE id = $1::bigint RETURNING set_aside_at IS NOT NULL AS aside`,
    [row.id, refusal],
  );
  const about = {
    eventId: row.headers[eventIdHeader],
    type: row.headers[typeHeader],
    bytes: row.payload.length,
    refusal,
  };
  if (rows[0]?.aside === true) {
    metrics.events.inc({ stream: service, outcome: "set_aside" });
    logger.error(about, "an event was set aside: the broker refuses it; `deploy/operate.ts set-aside` lists it");
  } else {
    logger.warn(about, "the broker refuses an event; it is tried again");
  }
}
