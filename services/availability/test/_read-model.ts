import { randomUUID } from "node:crypto";
import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import type { BookingAllocationsSchema } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { connectBroker, type Broker } from "@calends/messaging/connection";
import { startConsumer } from "@calends/messaging/consumer";
import { publisherOf, streamOf, subjectOf } from "@calends/messaging/subjects";
import { openGround } from "@calends/testkit/ground";
import { until } from "@calends/testkit/until";
import { createClient, type Client } from "@connectrpc/connect";
import { Pool, type QueryResultRow } from "pg";
import { loadConfig } from "../src/config.ts";
import { startAvailability } from "../src/service.ts";

export const organizationId = randomUUID();
const hourMs = 3_600_000;
const dayMs = Date.parse("2027-03-01T00:00:00Z");

/** Availability with a database and a broker of its own, and nobody who owns the facts. */
export interface Rig extends AsyncDisposable {
  readonly readModels: Client<typeof ReadModelService>;
  /** What the service has logged. */
  logged(): string;
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** The consumers of the stream that an event is in. */
  consumers(event: DescMessage): Promise<{ readonly durable: string; readonly filter: string }[]>;
  /** Publishes facts in this order, as their owner would, and waits until availability has handled all of them. */
  tell<E extends DescMessage>(event: E, facts: readonly MessageInitShape<E>[]): Promise<void>;
}

/** Starts availability on parts of its own, where an earlier release of it has left consumers of these events. */
export async function startRig(earlier: readonly DescMessage[] = []): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const ground = stack.use(await openGround("availability"));
  const pool = stack.adopt(new Pool({ connectionString: ground.databaseUrl, max: 2 }), (open) => open.end());
  const lines: string[] = [];
  const logger = createLogger("availability", "info", (line) => lines.push(line));
  const config = loadConfig({ ...ground.env, LOG_LEVEL: "info" });
  const claims = { organizationId, subject: "tester", scopes: ["read-models:write"] };
  const silent = createLogger("test", "silent");
  const broker = stack.use(await connectBroker("test", ground.natsUrl, silent, AbortSignal.timeout(20_000)));
  await Promise.all(earlier.map((event) => leaveConsumer(broker, event)));
  const service = stack.use(await startAvailability(config, { logger }));
  await service.ready;
  const transport = ground.connect(service.port, claims);
  const owned = stack.move();
  return {
    readModels: createClient(ReadModelService, transport),
    logged: () => lines.join(""),
    query: async <R extends QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<R>(sql, values)).rows,
    async consumers(event) {
      const found = await broker.manager.consumers.list(streamOf(publisherOf(event))).next();
      return found.map(({ name, config: { filter_subject: filter = "" } }) => ({ durable: name, filter }));
    },
    async tell(event, facts) {
      for (const fact of facts) {
        await broker.js.publish(subjectOf(event, organizationId), toBinary(event, create(event, fact)));
      }
      const stream = streamOf(publisherOf(event));
      await until("every event is handled", async () => {
        const consumers = await broker.manager.consumers.list(stream).next();
        return consumers.every(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending === 0);
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Makes a consumer of availability's, as it is once its service has stopped. */
async function leaveConsumer(broker: Broker, event: DescMessage): Promise<void> {
  const parts = { broker, logger: createLogger("test", "silent"), metrics: createMetrics("test") };
  const handle = async () => undefined;
  const consumer = await startConsumer({ ...parts, service: "availability", event, handle });
  await consumer[Symbol.asyncDispose]();
}

/** A span on a calendar: an hour of a day in 2027, as booking and sync write it. */
export function hourOf(hour: number) {
  return { startTime: timestampFromMs(dayMs + hour * hourMs), endTime: timestampFromMs(dayMs + (hour + 1) * hourMs) };
}

/** What a booking takes in one version of it: hours of calendars; none once it is cancelled. */
export function takenBy(
  id: string,
  version: number,
  taken: readonly { readonly calendarId: string; readonly hour: number }[],
): MessageInitShape<typeof BookingAllocationsSchema> & { bookingId: string; version: bigint } {
  const allocations = taken.map(({ calendarId, hour }) => ({ calendarId, active: true, ...hourOf(hour) }));
  return { bookingId: id, version: BigInt(version), allocations };
}

/** Every order of some values. */
export function permutationsOf<T>(values: readonly T[]): T[][] {
  return values.length <= 1
    ? [[...values]]
    : values.flatMap((value, index) => permutationsOf(values.toSpliced(index, 1)).map((rest) => [value, ...rest]));
}
