import {
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Logger } from "@calends/kit/logger";
import { startJob } from "@calends/kit/job";
import type { Broker } from "./connection.ts";
import { deadLetterPrefix, deadLetterStream, replayPrefix, replayStream, streamOf } from "./subjects.ts";

/** How long a stream keeps its messages, as long as outboxes keep what has been published. */
const maxAge = nanos(14 * 24 * 3_600_000);
const duplicateWindow = nanos(120_000);
/** How often the owner looks whether its stream is there. */
const lookEveryMs = 5_000;

/**
 * Makes the stream of a service's events where it is missing. Only the service that publishes them does so; consumers wait
 * for it. Safe to run by many at once. Returns whether it was missing.
 */
export function ensureStream(broker: Broker, publisher: string): Promise<boolean> {
  return ensure(broker, streamOf(publisher), { subjects: [`calends.${publisher}.>`] });
}

/** Makes the streams of dead letters and of those to be handled again where they are missing; they are every consumer's. */
export async function ensureLetterStreams(broker: Broker): Promise<void> {
  await ensure(broker, deadLetterStream, { subjects: [`${deadLetterPrefix}.>`] });
  await ensure(broker, replayStream, { subjects: [`${replayPrefix}.>`], retention: RetentionPolicy.Workqueue });
}

/**
 * Makes a service's stream again when somebody has deleted it, and says so: its events since the last one that was consumed
 * are lost to the consumers until they are republished.
 */
export function startKeepingStream(broker: Broker, publisher: string, logger: Logger): AsyncDisposable {
  const work = async () => {
    if (await ensureStream(broker, publisher)) {
      logger.error(
        { stream: streamOf(publisher) },
        "the stream was missing and has been made anew: republish its events",
      );
    }
  };
  return startJob({ logger, pauseMs: lookEveryMs, failed: "the stream cannot be looked at; trying again", work });
}

/** Whether JetStream says that a stream or a consumer does not exist. */
export function isMissing(error: unknown): boolean {
  const codes: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];
  return error instanceof JetStreamApiError && codes.includes(error.code);
}

async function ensure({ manager }: Broker, name: string, settings: Partial<StreamConfig>): Promise<boolean> {
  try {
    await manager.streams.info(name);
    return false;
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
  // A racing maker makes the same, which the server accepts.
  await manager.streams.add({
    name,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    max_age: maxAge,
    duplicate_window: duplicateWindow,
    ...settings,
  });
  return true;
}
