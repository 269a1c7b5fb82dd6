import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromDate, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import {
  OccurrencesPlannedSchema,
  SeriesChangedSchema,
  type OccurrencesPlanned,
  type SeriesChanged,
} from "@calends/contracts/calends/recurrence/v1/series_events_pb";
import type { Series } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { BadRequestSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { reasonOf } from "@calends/kit/connect-errors";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { must } from "@calends/kit/must";
import { connectBroker } from "@calends/messaging/connection";
import { startConsumer } from "@calends/messaging/consumer";
import { publisherOf, streamOf } from "@calends/messaging/subjects";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { openGround } from "@calends/testkit/ground";
import { until } from "@calends/testkit/until";
import { ConnectError, createClient, type CallOptions, type Client } from "@connectrpc/connect";
import { expect } from "vitest";
import { loadConfig } from "../src/config.ts";
import { startRecurrenceEngine } from "../src/service.ts";

/** The engine as its clients meet it, on a database and a broker of its own. */
export interface Rig extends AsyncDisposable {
  readonly client: Client<typeof SeriesService>;
  readonly clock: TestClock;
  readonly databaseUrl: string;
  /** Calls in the name of an organization; without one, of the rig's own. */
  as(organizationId?: string): Promise<CallOptions>;
  /** What was told of a series, in order; waits until there is so much of it. */
  changes(seriesId: string, atLeast: number): Promise<SeriesChanged[]>;
  plans(seriesId: string, atLeast: number): Promise<OccurrencesPlanned[]>;
}

/** Starts the engine on 2026-11-21 at 08:00 UTC. */
export async function startRig(): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const clock = createTestClock(new Date("2026-11-21T08:00:00Z"));
  const ground = stack.use(await openGround("recurrence-engine", clock));
  const service = stack.use(await startRecurrenceEngine(loadConfig(ground.env), { clock }));
  await service.ready;
  const told = await listen(ground.natsUrl, stack);
  const own = randomUUID();
  return {
    client: createClient(SeriesService, ground.connect(service.port)),
    clock,
    databaseUrl: ground.databaseUrl,
    async as(organizationId = own) {
      const claims = { organizationId, subject: "ann", scopes: ["series:read", "series:write"] };
      return { headers: { authorization: await ground.signer.bearer(claims) } };
    },
    changes: (id, atLeast) =>
      until(
        `${atLeast} changes`,
        () => told.changes.filter(({ series }) => series?.id === id),
        ({ length }) => length >= atLeast,
      ),
    plans: (id, atLeast) =>
      until(
        `${atLeast} plans`,
        () => told.plans.filter(({ series }) => series?.id === id),
        ({ length }) => length >= atLeast,
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A consumer as another service has it: events come by JetStream, each once here, in the order of their versions. */
async function listen(url: string, stack: AsyncDisposableStack) {
  const logger = createLogger("listener", "error");
  const broker = stack.use(await connectBroker("listener", url, logger, AbortSignal.timeout(20_000)));
  // A consumer would make the stream: the service has to have it before anybody listens, or its events go nowhere.
  await broker.manager.streams.info(streamOf(publisherOf(SeriesChangedSchema)));
  const options = { service: "listener", broker, logger, metrics: createMetrics("listener") };
  const changes: SeriesChanged[] = [];
  const plans: OccurrencesPlanned[] = [];
  const byVersion = (a: SeriesChanged | OccurrencesPlanned, b: SeriesChanged | OccurrencesPlanned) =>
    Number(must(a.series, "series").version - must(b.series, "series").version);
  stack.use(
    await startConsumer({
      ...options,
      event: SeriesChangedSchema,
      handle: async ({ message }) => {
        changes.push(message);
        changes.sort(byVersion);
      },
    }),
  );
  stack.use(
    await startConsumer({
      ...options,
      event: OccurrencesPlannedSchema,
      handle: async ({ message }) => {
        plans.push(message);
        plans.sort(byVersion);
      },
    }),
  );
  return { changes, plans };
}

/** Tuesdays at 19:00 in Berlin from the first of December 2026 on, 90 minutes. */
export const tuesdays = {
  localStart: "2026-12-01T19:00:00",
  timeZone: "Europe/Berlin",
  duration: durationFromMs(5_400_000),
  rruleString: "FREQ=WEEKLY",
};

/** Makes a series in the rig's organization and returns it. */
export async function makeSeries(rig: Rig, pattern: object = {}, fields: object = {}): Promise<Series> {
  const request = { requestId: randomUUID(), title: "Choir", pattern: { ...tuesdays, ...pattern }, ...fields };
  return must((await rig.client.createSeries(request, await rig.as())).series, "series");
}

/** An instant as a message. */
export function at(text: string): Timestamp {
  return timestampFromDate(new Date(text));
}

/** A range as a message. */
export function range(from: string, to: string): { startTime: Timestamp; endTime: Timestamp } {
  return { startTime: at(from), endTime: at(to) };
}

/** Instants as "2026-12-01T18:00". */
export function texts(times: readonly (Timestamp | undefined)[]): string[] {
  return times.map((time) => new Date(timestampMs(must(time, "time"))).toISOString().slice(0, 16));
}

/** The fields that a refusal names. */
export async function fieldsOf(call: Promise<unknown>): Promise<string[]> {
  const error: unknown = await call.catch((e: unknown) => e);
  const details = error instanceof ConnectError ? error.findDetails(BadRequestSchema) : [];
  return details.flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
}

/** Expects a refusal with a reason and a text in its sentence. */
export async function refuses(call: Promise<unknown>, reason: string, text = ""): Promise<void> {
  const error: unknown = await call.then(
    () => "no refusal",
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ConnectError);
  expect({ reason: reasonOf(error), message: String(error) }).toEqual({
    reason,
    message: expect.stringContaining(text),
  });
}
