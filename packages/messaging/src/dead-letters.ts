import { AckPolicy, DeliverPolicy, JetStreamApiError, type JsMsg } from "@nats-io/jetstream";
import { headers as natsHeaders, nanos, type MsgHdrs } from "@nats-io/transport-node";
import type { Broker } from "./connection.ts";
import { causeHeader, deadErrorHeader, deadSubjectHeader, eventIdHeader } from "./headers.ts";
import { ensureLetterStreams } from "./streams.ts";
import { deadLetterPrefix, deadLetterStream, replayPrefix } from "./subjects.ts";

/** Keeps an event that a consumer could not handle, with the error, where {@link replayDeadLetters} finds it. */
export async function bury({ js }: Broker, durable: string, message: JsMsg, error: unknown): Promise<void> {
  const headers = copyOf(message.headers);
  if (!headers.has(deadSubjectHeader)) {
    headers.set(deadSubjectHeader, message.subject); // What is replayed and fails again keeps its first subject.
  }
  headers.set(deadErrorHeader, String(error).replaceAll(/\s+/g, " ").slice(0, 500));
  // Should the end of the message get lost, it comes again and is the same letter.
  const { stream, streamSequence, timestampNanos } = message.info;
  const msgID = `${durable}:${stream}:${streamSequence}:${timestampNanos}`;
  await js.publish(`${deadLetterPrefix}.${durable}`, message.data, { headers, msgID });
}

/**
 * Publishes a consumer's dead letters again, for that consumer alone, and removes them. It ends with the last letter that
 * there was when it began: what fails again meanwhile waits for another replay. An event that has several letters is
 * published once. Returns how many events there were.
 */
export async function replayDeadLetters(broker: Broker, durable: string): Promise<number> {
  const { js, manager } = broker;
  await ensureLetterStreams(broker);
  const { state } = await manager.streams.info(deadLetterStream);
  const { name, num_pending: letters } = await manager.consumers.add(deadLetterStream, {
    filter_subject: `${deadLetterPrefix}.${durable}`,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    inactive_threshold: nanos(60_000),
  });
  const consumer = await js.consumers.get(deadLetterStream, name);
  const replayed = new Set<string>();
  for (let taken = 0; taken < letters; taken += 1) {
    const letter = await consumer.next({ expires: 2_000 });
    if (letter === null || letter.seq > state.last_seq) {
      break; // The others are younger than the replay, or another one has taken them.
    }
    const event = letter.headers?.get(causeHeader) || `letter ${letter.seq}`;
    if (!replayed.has(event)) {
      await replay(broker, durable, letter, `${durable}:${event}:${letter.seq}`);
      replayed.add(event);
    }
    await manager.streams.deleteMessage(deadLetterStream, letter.seq).catch(ignoreMissing);
  }
  await manager.consumers.delete(deadLetterStream, name);
  return replayed.size;
}

/** Another replay may have removed the letter. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof JetStreamApiError)) {
    throw error;
  }
}

async function replay({ js }: Broker, durable: string, letter: JsMsg, msgID: string): Promise<void> {
  const headers = copyOf(letter.headers);
  const organizationId = headers.get(deadSubjectHeader).split(".").at(-1) ?? "";
  await js.publish(`${replayPrefix}.${durable}.${organizationId}`, letter.data, { headers, msgID });
}

function copyOf(original: MsgHdrs | undefined): MsgHdrs {
  const headers = natsHeaders();
  for (const key of original?.keys() ?? []) {
    headers.set(key, original?.get(key) ?? "");
  }
  headers.delete(eventIdHeader);
  return headers;
}
