import { fromBinary, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import { continueTrace, type Trace } from "@calends/kit/trace";
import type { JsMsg } from "@nats-io/jetstream";
import type { Broker } from "./connection.ts";
import { bury } from "./dead-letters.ts";
import { causeHeader, timeHeader, traceHeader, typeHeader } from "./headers.ts";
import { ackWaitMs, startPulling } from "./pulling.ts";
import { ensureLetterStreams, isMissing } from "./streams.ts";
import { durableOf, filterOf, publisherOf, replayFilterOf, replayStream, streamOf } from "./subjects.ts";

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
  /** Whether the consumer may be made; false for one of the release before, which is emptied where it is still there. */
  readonly mayMake?: boolean;
}

const defaultBackoffMs = [100, 500, 2_000, 10_000, 30_000, 60_000, 120_000, 300_000];

/** Whether a service has a durable consumer of an event already, made by this release of it or by an earlier one. */
export async function hasConsumer({ manager }: Broker, service: string, event: DescMessage): Promise<boolean> {
  try {
    await manager.consumers.info(streamOf(publisherOf(event)), durableOf(service, event));
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

/**
 * Starts a durable consumer, and beside it one of the dead letters that are replayed to it. All processes of a service share
 * them: each event goes to one of them. It waits for its stream, which the publishing service makes. Disposal takes no more
 * events and waits for those in work.
 */
export async function startConsumer<E extends DescMessage>(options: ConsumerOptions<E>): Promise<AsyncDisposable> {
  const { broker, logger, metrics, event, mayMake = true } = options;
  const durable = durableOf(options.service, event);
  const pulling = { broker, logger, metrics, durable, prepare: () => ensureLetterStreams(broker) };
  const take = (message: JsMsg) => settle(options, durable, message);
  const started = await Promise.all([
    startPulling({ ...pulling, take, stream: streamOf(publisherOf(event)), filter: filterOf(event), mayMake }),
    startPulling({ ...pulling, take, stream: replayStream, filter: replayFilterOf(durable) }),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((pulled) => pulled[Symbol.asyncDispose]()));
    },
  };
}

async function settle<E extends DescMessage>(
  options: ConsumerOptions<E>,
  durable: string,
  message: JsMsg,
): Promise<void> {
  const { metrics, logger, backoffMs = defaultBackoffMs } = options;
  const count = (outcome: string) => metrics.events.inc({ stream: durable, outcome });
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
    if (header(typeHeader) !== "" && header(typeHeader) !== event.typeName) {
      throw new Error(`a message of type ${header(typeHeader)} is no ${event.typeName}`);
    }
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
