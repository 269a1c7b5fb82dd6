import type { Sql } from "@calends/kit/database";
import { openSession } from "@calends/kit/sessions";
import type { Broker } from "./connection.ts";
import { members } from "./members.ts";
import { republishSince } from "./outbox.ts";
import { leaderLock } from "./relay.ts";
import { ensureLetterStreams, isMissing } from "./streams.ts";
import {
  deadLetterPrefix,
  deadLetterStream,
  durableOf,
  publisherOf,
  replayFilterOf,
  replayStream,
  streamOf,
} from "./subjects.ts";

/** How many messages were removed. */
export interface Purged {
  /** Events of the service's stream. */
  readonly events: number;
  /** Of these events, those that a consumer had given up, or was to handle again. */
  readonly deadLetters: number;
}

/**
 * Removes what JetStream has of the events of a service whose database was restored from a backup: its stream, and the dead
 * letters of its events. They tell of a timeline that is lost. Only the operator's user of NATS may do this.
 */
export async function purgeTimeline(broker: Broker, publisher: string): Promise<Purged> {
  await ensureLetterStreams(broker);
  let deadLetters = 0;
  for (const durable of durablesOf(publisher)) {
    deadLetters += await purge(broker, deadLetterStream, `${deadLetterPrefix}.${durable}`);
    deadLetters += await purge(broker, replayStream, replayFilterOf(durable));
  }
  return { events: await purge(broker, streamOf(publisher)), deadLetters };
}

function durablesOf(publisher: string): string[] {
  return members.flatMap(({ service, consumes, consumedBefore = [] }) =>
    [...consumes, ...consumedBefore]
      .filter((event) => publisherOf(event) === publisher)
      .map((event) => durableOf(service, event)),
  );
}

async function purge({ manager }: Broker, stream: string, filter?: string): Promise<number> {
  try {
    const { purged } = await manager.streams.purge(stream, filter === undefined ? undefined : { filter });
    return purged;
  } catch (error) {
    if (isMissing(error)) {
      return 0;
    }
    throw error;
  }
}

/**
 * Keeps every relay of a restored database from publishing until it is disposed of. Throws where a replica of the service
 * runs, or where the stream still has events of the lost timeline.
 */
export async function fenceTimeline(
  { manager }: Broker,
  databaseUrl: string,
  publisher: string,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const session = await openSession(databaseUrl, "calends-restored");
  stack.defer(() => session.end());
  const { rows } = await session.query<{ alone: boolean }>("SELECT pg_try_advisory_lock($1) AS alone", [leaderLock]);
  if (rows[0]?.alone !== true) {
    throw new Error(`a replica of ${publisher} is running: stop all of them`);
  }
  const stream = streamOf(publisher);
  const { state } = await manager.streams.info(stream).catch((error: unknown) => {
    if (isMissing(error)) {
      return { state: { messages: 0 } };
    }
    throw error;
  });
  if (state.messages > 0) {
    throw new Error(`the stream ${stream} still has events of the lost timeline: purge it`);
  }
  return stack.move();
}

/**
 * Marks all events of a restored outbox as not published, under new message ids: a consumer that was behind may have been
 * waiting for one of those that were purged. What a consumer has handled before changes nothing. Returns how many there are.
 */
export async function republishAll(sql: Sql): Promise<number> {
  const waiting = await sql.$queryRawUnsafe<unknown[]>(
    "UPDATE outbox SET attempts = attempts + 1 WHERE published_at IS NULL RETURNING id",
  );
  return waiting.length + (await republishSince(sql, new Date(0)));
}
