import { randomUUID } from "node:crypto";
import { create, toBinary, type DescMessage, type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { createLogger } from "@calends/kit/logger";
import type { RunningService } from "@calends/kit/service";
import { connectBroker } from "@calends/messaging/connection";
import { publisherOf, streamOf, subjectOf } from "@calends/messaging/subjects";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { openGround, type Ground } from "@calends/testkit/ground";
import { until } from "@calends/testkit/until";
import { createClient, type Client } from "@connectrpc/connect";
import { Pool, type QueryResultRow } from "pg";
import { loadConfig } from "../src/config.ts";
import { startAvailability } from "../src/service.ts";

/** Availability's clients in the name of one organization. */
export interface Member {
  readonly organizationId: string;
  readonly slots: Client<typeof AvailabilityService>;
  readonly calendars: Client<typeof CalendarService>;
  readonly blocked: Client<typeof BlockedTimeService>;
  readonly available: Client<typeof AvailableTimeService>;
  readonly travel: Client<typeof TravelService>;
}

/** One process's worth of availability. */
export interface Replica extends AsyncDisposable {
  readonly service: RunningService;
  /** Clients of this replica for an organization. */
  as(organizationId: string): Member;
}

/** Availability as its clients meet it, with a database and a broker of its own. */
export interface Rig extends AsyncDisposable, Member {
  readonly clock: TestClock;
  /** Clients in the name of another organization. */
  as(organizationId: string): Member;
  /** Starts another replica on the same database and broker, which its caller disposes of. */
  replica(): Promise<Replica>;
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** Publishes facts in this order, as their owner would, and waits until availability has handled all of them. */
  tell<E extends DescMessage>(event: E, facts: readonly MessageInitShape<E>[]): Promise<void>;
  /** Publishes a fact without waiting for what becomes of it. */
  publish<E extends DescMessage>(event: E, fact: MessageInitShape<E>): Promise<void>;
}

const scopes = ["calendars:read", "calendars:write", "slots:read"];

/** Starts availability on the Friday before the week that {@link at} speaks of; its clock stands still. */
export async function startRig(start = "2026-05-29T08:00:00Z"): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const clock = createTestClock(new Date(start));
  const ground = stack.use(await openGround("availability", clock));
  const pool = stack.adopt(new Pool({ connectionString: ground.databaseUrl, max: 2 }), (open) => open.end());
  const config = loadConfig({ ...ground.env, LOG_LEVEL: process.env["TEST_LOG_LEVEL"] ?? "fatal" });
  const replica = async (): Promise<Replica> => {
    await using parts = new AsyncDisposableStack();
    const service = parts.use(await startAvailability(config, { clock }));
    await service.ready;
    const opened = parts.move();
    const as = (organizationId: string) => memberOf(ground, service.port, organizationId);
    return { service, as, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  };
  const first = stack.use(await replica());
  const silent = createLogger("test", "silent");
  const broker = stack.use(await connectBroker("test", ground.natsUrl, silent, AbortSignal.timeout(20_000)));
  const own = first.as(randomUUID());
  const publish: Rig["publish"] = async (event, fact) => {
    await broker.js.publish(subjectOf(event, own.organizationId), toBinary(event, create(event, fact)));
  };
  const owned = stack.move();
  return {
    ...own,
    clock,
    replica,
    publish,
    as: (organizationId) => first.as(organizationId),
    query: async <R extends QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<R>(sql, values)).rows,
    async tell(event, facts) {
      for (const fact of facts) {
        await publish(event, fact);
      }
      await until(`every ${event.name} is handled`, async () => {
        for await (const consumer of broker.manager.consumers.list(streamOf(publisherOf(event)))) {
          if (consumer.num_pending + consumer.num_ack_pending > 0) {
            return false;
          }
        }
        return true;
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function memberOf(ground: Ground, port: number, organizationId: string): Member {
  const claims = { organizationId, subject: "tester", scopes };
  const transport = ground.connect(port, claims, { defaultTimeoutMs: 60_000 });
  const client = <S extends DescService>(service: S) => createClient(service, transport);
  return {
    organizationId,
    slots: client(AvailabilityService),
    calendars: client(CalendarService),
    blocked: client(BlockedTimeService),
    available: client(AvailableTimeService),
    travel: client(TravelService),
  };
}
