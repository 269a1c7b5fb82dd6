import { setTimeout as delay } from "node:timers/promises";
import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import { continueTrace, type Trace } from "@calends/kit/trace";
import { AckPolicy, DeliverPolicy, JetStreamApiError, type ConsumerMessages, type JsMsg } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { ensureStream, type Broker } from "./connection.ts";
import { bury } from "./dead-letters.ts";
import { causeHeader, onlyConsumerHeader, timeHeader, traceHeader } from "./headers.ts";
import { filterOf, publisherOf, streamOf } from "./subjects.ts";

/** An event as a handler gets it. It may come again, late, and in any order. */
export interface Delivered<E extends DescMessage> {
  readonly id: string;
  readonly message: MessageShape<E>;
  readonly organizationId: string;
  /** When the fact became true. */
  readonly at: Date;
  readonly trace: Trace;
}

/** What a consumer is made of. */
export interface ConsumerOptions<E extends DescMessage> {
  /** The consuming service. */
  readonly service: string;
  readonly event: E;
  readonly broker: Broker;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Handles an event in a transaction of its own. Throwing brings the event again later. */
  readonly handle: (event: Delivered<E>) => Promise<void>;
  /** Pauses before each further delivery, in milliseconds; after the last one the event is a dead letter. */
  readonly backoffMs?: readonly number[];
}

const defaultBackoffMs = [100, 500, 2_000, 10_000, 30_000, 60_000, 120_000, 300_000];
/** How soon an event comes again that got lost on its way here; handlers that take longer say that they work on it. */
export const ackWaitMs = 1_500;
const inFlight = 32;

/** The durable name of a consumer: `<service>-<event>`, as in "availability-booking-changed". */
export function durableOf(service: string, event: DescMessage): string {
  const fact = event.name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return `${service}-${fact}`;
}

/**
 * Starts a durable consumer. All processes of a service share it: each event goes to one of them. Disposal takes no more
 * events and waits for those in work.
 */
export async function startConsumer<E extends DescMessage>(options: ConsumerOptions<E>): Promise<AsyncDisposable> {
  const publisher = publisherOf(options.event);
  await ensureStream(options.broker, publisher);
  const stream = streamOf(publisher);
  const durable = durableOf(options.service, options.event);
  await ensureConsumer(options.broker, stream, {
    durable_name: durable,
    filter_subject: filterOf(options.event),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: 1024,
  });
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  let messages: ConsumerMessages | undefined;
  const pull = async () => {
    const consumer = await options.broker.js.consumers.get(stream, durable);
    messages = await consumer.consume({ max_messages: inFlight, idle_heartbeat: 5_000 });
    if (stopping.signal.aborted) {
      messages.stop();
    }
    for await (const message of messages) {
      const task = settle(options, durable, message).finally(() => work.delete(task));
      work.add(task);
      if (work.size >= inFlight) {
        await Promise.race(work);
      }
    }
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await pull().catch((error: unknown) =>
        options.logger.warn({ durable, reason: String(error) }, "consumer restarts"),
      );
      await delay(250, undefined, { signal: stopping.signal }).catch(() => undefined); // Aborted: the loop ends.
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      messages?.stop();
      await running;
      await Promise.all(work);
    },
  };
}

/** Makes a durable consumer. One that an earlier version of the service has made takes the new settings. */
async function ensureConsumer({ manager }: Broker, stream: string, settings: NamedConsumer): Promise<void> {
  try {
    await manager.consumers.add(stream, settings);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) {
      throw error;
    }
    await manager.consumers.update(stream, settings.durable_name, settings);
  }
}

type NamedConsumer = Parameters<Broker["manager"]["consumers"]["add"]>[1] & { readonly durable_name: string };

/** JetStream's code for "consumer already exists", which it gives where the settings differ. */
const consumerExists = 10_148;

async function settle<E extends DescMessage>(
  options: ConsumerOptions<E>,
  durable: string,
  message: JsMsg,
): Promise<void> {
  const { metrics, logger, backoffMs = defaultBackoffMs } = options;
  const count = (outcome: string) => metrics.events.inc({ stream: durable, outcome });
  const only = message.headers?.get(onlyConsumerHeader) ?? "";
  if (only !== "" && only !== durable) {
    message.ack();
    return;
  }
  const working = setInterval(() => message.working(), ackWaitMs / 3);
  try {
    await options.handle(delivered(options.event, message));
    message.ack();
    count("consumed");
  } catch (error) {
    const pauseMs = error instanceof UndecodableEvent ? undefined : backoffMs[message.info.deliveryCount - 1];
    if (pauseMs !== undefined) {
      logger.warn({ durable, delivery: message.info.deliveryCount, err: error }, "an event comes again");
      message.nak(pauseMs);
      count("retried");
      return;
    }
    logger.error({ durable, err: error }, "an event became a dead letter");
    await bury(options.broker, durable, message, error).then(
      // Without a reason: servers before 2.10.4 ignore an end that gives one, and the message comes for ever.
      () => message.term(),
      () => message.nak(ackWaitMs), // The dead letter could not be kept: the event must not be lost.
    );
    count("dead");
  } finally {
    clearInterval(working);
  }
}

class UndecodableEvent extends Error {}

function delivered<E extends DescMessage>(event: E, message: JsMsg): Delivered<E> {
  try {
    const header = (name: string) => message.headers?.get(name) ?? "";
    return {
      id: header(causeHeader),
      message: fromBinary(event, message.data),
      organizationId: message.subject.slice(message.subject.lastIndexOf(".") + 1),
      at: new Date(header(timeHeader) || message.time),
      trace: continueTrace(header(traceHeader)),
    };
  } catch (cause) {
    throw new UndecodableEvent("the event cannot be decoded", { cause });
  }
}
