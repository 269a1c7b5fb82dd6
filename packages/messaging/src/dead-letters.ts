import { AckPolicy, DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import { headers as natsHeaders } from "@nats-io/transport-node";
import type { Broker } from "./connection.ts";
import { causeHeader, deadErrorHeader, deadSubjectHeader, eventIdHeader, onlyConsumerHeader } from "./headers.ts";
import { deadLetterPrefix, deadLetterStream } from "./subjects.ts";

/** Keeps an event that a consumer could not handle, with the error, where {@link replayDeadLetters} finds it. */
export async function bury({ js }: Broker, durable: string, message: JsMsg, error: unknown): Promise<void> {
  const headers = natsHeaders();
  for (const key of message.headers?.keys() ?? []) {
    headers.set(key, message.headers?.get(key) ?? "");
  }
  headers.delete(eventIdHeader);
  headers.set(deadSubjectHeader, message.subject);
  headers.set(deadErrorHeader, String(error).replaceAll(/\s+/g, " ").slice(0, 500));
  await js.publish(`${deadLetterPrefix}.${durable}`, message.data, { headers });
}

/**
 * Publishes a consumer's dead letters again, for that consumer alone, and removes them. Returns how many there were.
 */
export async function replayDeadLetters({ js, manager }: Broker, durable: string): Promise<number> {
  const subject = `${deadLetterPrefix}.${durable}`;
  const replayer = `replay-${durable}`;
  await manager.consumers.add(deadLetterStream, {
    durable_name: replayer,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
  });
  const consumer = await js.consumers.get(deadLetterStream, replayer);
  let replayed = 0;
  for (;;) {
    const letter = await consumer.next({ expires: 1_000 });
    if (letter === null) {
      return replayed;
    }
    const headers = natsHeaders();
    for (const key of letter.headers?.keys() ?? []) {
      headers.set(key, letter.headers?.get(key) ?? "");
    }
    const cause = headers.get(causeHeader);
    headers.set(onlyConsumerHeader, durable);
    const msgID = `${cause}:${durable}:${letter.seq}`;
    await js.publish(headers.get(deadSubjectHeader), letter.data, { headers, msgID });
    await letter.ackAck();
    await manager.streams.deleteMessage(deadLetterStream, letter.seq);
    replayed += 1;
  }
}
