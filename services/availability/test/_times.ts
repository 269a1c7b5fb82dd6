import { randomUUID } from "node:crypto";
import { timestampFromDate, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { BusyChangedSchema, type BusyChanged } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { AvailableTimeService } from "@calends/contracts/calends/availability/v1/available_time_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import type { CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { reasonOf, violationsOf } from "@calends/kit/connect-errors";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { openGround } from "@calends/testkit/ground";
import { ConnectError, createClient, type CallOptions, type Client } from "@connectrpc/connect";
import { fromBinary } from "@bufbuild/protobuf";
import { Client as Postgres } from "pg";
import { loadConfig } from "../src/config.ts";
import { startAvailability } from "../src/service.ts";

/** Availability as its clients meet it, on a database and a broker of its own. */
export interface Rig extends AsyncDisposable {
  readonly blocked: Client<typeof BlockedTimeService>;
  readonly available: Client<typeof AvailableTimeService>;
  readonly calendars: Client<typeof CalendarService>;
  readonly clock: TestClock;
  readonly databaseUrl: string;
  readonly organizationId: string;
  /** Calls in the name of an organization; without one, of the rig's own. */
  as(organizationId?: string, scopes?: readonly string[]): Promise<CallOptions>;
  /** Makes a calendar in Berlin. */
  calendar(fields?: object): Promise<string>;
  /** Blocks time of a calendar. */
  block(calendarId: string, fields: object, scopes?: readonly string[]): Promise<CalendarTime>;
  /** What was told of a blocked time, in order. */
  told(blockedTimeId: string): Promise<BusyChanged[]>;
  /** Whether all that was told of a blocked time is published. */
  published(blockedTimeId: string): Promise<boolean>;
  /** How often it was said that slots of a calendar may have moved. */
  slotsVersion(calendarId: string): Promise<number>;
}

const everything = ["calendars:read", "calendars:write"];

/** The scope that synchronization has on top. */
export const syncScopes = [...everything, "sync:write"];

/** Starts availability on 2026-11-21 at 08:00 UTC. */
export async function startRig(): Promise<Rig> {
  const stack = new AsyncDisposableStack();
  const clock = createTestClock(new Date("2026-11-21T08:00:00Z"));
  const ground = stack.use(await openGround("availability", clock));
  const service = stack.use(await startAvailability(loadConfig(ground.env), { clock }));
  await service.ready;
  const transport = ground.connect(service.port);
  const postgres = new Postgres({ connectionString: ground.databaseUrl });
  await postgres.connect();
  stack.defer(() => postgres.end());
  const organizationId = randomUUID();
  const calendars = createClient(CalendarService, transport);
  const blocked = createClient(BlockedTimeService, transport);
  const as = async (organization = organizationId, scopes: readonly string[] = everything) => {
    const claims = { organizationId: organization, subject: "ann", scopes: [...scopes] };
    return { headers: { authorization: await ground.signer.bearer(claims) } };
  };
  const outboxOf = async (id: string) => {
    const { rows } = await postgres.query<{ payload: Buffer; published_at: Date | null }>(
      "SELECT payload, published_at FROM outbox WHERE subject LIKE '%busy-changed%' ORDER BY id",
    );
    return rows
      .map(({ payload, published_at }) => ({
        event: fromBinary(BusyChangedSchema, payload),
        isPublished: published_at !== null,
      }))
      .filter(({ event }) => event.blockedTimeId === id);
  };
  return {
    blocked,
    available: createClient(AvailableTimeService, transport),
    calendars,
    clock,
    databaseUrl: ground.databaseUrl,
    organizationId,
    as,
    async calendar(fields = {}) {
      const draft = { name: "Ada", kind: CalendarKind.PERSON, timeZone: "Europe/Berlin", ...fields };
      const { calendar } = await calendars.createCalendar({ requestId: randomUUID(), ...draft }, await as());
      return must(calendar, "calendar").id;
    },
    async block(calendarId, fields, scopes) {
      const request = { requestId: randomUUID(), blockedTime: { calendarId, ...fields } };
      return must((await blocked.createBlockedTime(request, await as(undefined, scopes))).blockedTime, "time");
    },
    told: async (id) => (await outboxOf(id)).map(({ event }) => event),
    published: async (id) => (await outboxOf(id)).every(({ isPublished }) => isPublished),
    async slotsVersion(calendarId) {
      const { rows } = await postgres.query<{ version: number }>(
        "SELECT slots_version::int AS version FROM calendars WHERE id = $1",
        [calendarId],
      );
      return must(rows[0], "calendar").version;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** An instant as a message. */
export function at(text: string): Timestamp {
  return timestampFromDate(new Date(text));
}

/** Start and end as fields. */
export function span(from: string, to: string): { startTime: Timestamp; endTime: Timestamp } {
  return { startTime: at(from), endTime: at(to) };
}

/** Tuesdays from 19:00 to 20:30 in Berlin, from the first of December 2026 on. */
export const tuesdays = {
  ...span("2026-12-01T18:00:00Z", "2026-12-01T19:30:00Z"),
  timeZone: "Europe/Berlin",
  reason: "Choir",
  rruleString: "FREQ=WEEKLY",
};

/** Times as "2026-12-01T18:00/19:30", the end with its date where it is another day. */
export function texts(
  times: readonly { startTime?: Timestamp | undefined; endTime?: Timestamp | undefined }[],
): string[] {
  const textOf = (time: Timestamp | undefined) => new Date(timestampMs(must(time, "time"))).toISOString().slice(0, 16);
  return times.map(({ startTime, endTime }) => {
    const [start, end] = [textOf(startTime), textOf(endTime)];
    return `${start}/${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
  });
}

/** A refusal as its reason, sentence and the fields that it names. */
export async function refusalOf(call: Promise<unknown>): Promise<{ reason: string; text: string; fields: string[] }> {
  const error: unknown = await call.then(
    () => "no refusal",
    (e: unknown) => e,
  );
  const text = error instanceof ConnectError ? error.rawMessage : String(error);
  return { reason: reasonOf(error) ?? "", text, fields: violationsOf(error).map(({ field }) => field) };
}
