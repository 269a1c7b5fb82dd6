import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import { AckPolicy, DeliverPolicy, JetStreamApiError, type ConsumerMessages, type JsMsg } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Broker } from "./connection.ts";

/** A durable consumer of one subject, and what is done with its messages. */
export interface PullOptions {
  readonly broker: Broker;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly stream: string;
  readonly durable: string;
  readonly filter: string;
  /** Whether the consumer is made where it is missing; it is where nothing is said. */
  readonly mayMake?: boolean;
  /** Runs before the consumer is made. */
  readonly prepare?: () => Promise<void>;
  /** Finishes a message; must not throw. */
  readonly take: (message: JsMsg) => Promise<void>;
}

/** How soon a message comes again that got lost on its way here; handlers that take longer say that they work on it. */
export const ackWaitMs = 1_500;
const inFlight = 32;
const pauseMs = 250;
const sayEveryMs = 60_000;
/** A stream that its publisher is about to make, as where all services start at once, is not worth a line in the log. */
const startUpMs = 5_000;

/**
 * Pulls the messages of a durable consumer, which is made where it is missing: at first, and again when somebody has deleted
 * it or its stream. It begins with the first message that the stream has then. While there is no stream or consumer, a metric
 * and the log say so. Resolves after the first try to make it. Disposal takes no more messages and waits for those in work.
 */
export async function startPulling(options: PullOptions): Promise<AsyncDisposable> {
  const { logger, stream, durable } = options;
  const stopped = options.metrics.consumerStopped;
  const labels = { consumer: durable, stream };
  const stopping = new AbortController();
  const work = new Set<Promise<void>>();
  const tried = Promise.withResolvers<void>();
  let messages: ConsumerMessages | undefined;
  let saidAt = -Infinity;
  const startedAt = performance.now();
  let hasPulled = false;

  const pull = async () => {
    await options.prepare?.();
    if (options.mayMake !== false) {
      await ensureConsumer(options);
    }
    const consumer = await options.broker.js.consumers.get(stream, durable);
    messages = await consumer.consume({
      max_messages: inFlight,
      idle_heartbeat: 5_000,
      abort_on_missing_resource: true,
    });
    if (saidAt > -Infinity) {
      logger.warn(labels, "the consumer is there again; it begins with the first event that the stream has");
    }
    saidAt = -Infinity;
    hasPulled = true;
    stopped.set(labels, 0);
    tried.resolve();
    if (stopping.signal.aborted) {
      messages.stop();
    }
    for await (const message of messages) {
      const task = options.take(message).finally(() => work.delete(task));
      work.add(task);
      if (work.size >= inFlight) {
        await Promise.race(work);
      }
    }
  };
  const say = (error: unknown) => {
    stopped.set(labels, 1);
    const now = performance.now();
    const mayStillCome = !hasPulled && now - startedAt < startUpMs;
    if (!mayStillCome && now - saidAt > sayEveryMs) {
      saidAt = now;
      logger.warn(
        { ...labels, reason: String(error) },
        "the consumer gets no events; it is looked for until it is there",
      );
    }
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await pull().catch(say);
      tried.resolve();
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined); // Aborted: the loop ends.
    }
  })();
  await tried.promise;
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
async function ensureConsumer({ broker: { manager }, stream, durable, filter }: PullOptions): Promise<void> {
  const settings = {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: 1024,
  };
  try {
    await manager.consumers.add(stream, settings);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== consumerExists) {
      throw error;
    }
    await manager.consumers.update(stream, durable, settings);
  }
}

/** JetStream's code for "consumer already exists", which it gives where the settings differ. */
const consumerExists = 10_148;
