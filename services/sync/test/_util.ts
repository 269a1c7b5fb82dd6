import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  BookingChangedSchema,
  SessionSeatsSchema,
  type SessionSeats,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import {
  BookingChange,
  BookingStatus,
  type Booking,
  type BookingSchema,
} from "@calends/contracts/calends/booking/v1/booking_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { sqlOf } from "@calends/kit/database";
import { must } from "@calends/kit/must";
import type { RunningService } from "@calends/kit/service";
import { enqueue, republishSince } from "@calends/messaging/outbox";
import { openGround } from "@calends/testkit/ground";
import { until } from "@calends/testkit/until";
import { freePort } from "@calends/local/ports";
import { startCalendars, type CalendarsStandIn } from "./_calendars.ts";
import { createClient, type Client } from "@connectrpc/connect";
import ICAL from "ical.js";
import { Pool } from "pg";
import { loadConfig } from "../src/config.ts";
import { startSync } from "../src/service.ts";

export const organizationId = randomUUID();
export const now = new Date("2026-12-01T08:00:00Z");

/** The fields of a booking, as a plain object. */
export type BookingPlain = Omit<Exclude<MessageInitShape<typeof BookingSchema>, Booking>, "$typeName">;

/** The fields of what is told of a session, as a plain object. */
export type SeatsPlain = Omit<Exclude<MessageInitShape<typeof SessionSeatsSchema>, SessionSeats>, "$typeName">;

/** A confirmed booking on a calendar, so many hours from now. */
export function bookingOf(calendarId: string, hours: number, changes: Omit<BookingPlain, "id"> = {}) {
  const startTime = new Date(now.getTime() + hours * 3_600_000);
  return {
    id: randomUUID(),
    title: "Intro call",
    status: BookingStatus.CONFIRMED,
    startTime: timestampFromDate(startTime),
    endTime: timestampFromDate(new Date(startTime.getTime() + 1_800_000)),
    updateTime: timestampFromDate(now),
    hosts: [{ calendarId, name: "Host" }],
    booker: { name: "Secret Booker", email: "secret@example.com" },
    version: 1n,
    ...changes,
  };
}

/** Sync with a database and a broker of a test's own. */
export interface Rig extends AsyncDisposable {
  readonly pool: Pool;
  readonly service: RunningService;
  /** Availability, as far as sync asks it. */
  readonly calendars: CalendarsStandIn;
  /** Calls on behalf of an organization, or of nobody. */
  client(organization?: string | null): Client<typeof FeedService>;
  publish(bookings: readonly BookingPlain[], sessions?: readonly SeatsPlain[]): Promise<void>;
  /** Publishes every event so far again. */
  republish(): Promise<void>;
  /** Waits until every booking of the outbox has been taken in its newest version. */
  settled(bookings: readonly BookingPlain[]): Promise<void>;
}

/** Starts sync on parts of its own. */
export async function createRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const clock = { now: () => now };
  const ground = stack.use(await openGround("sync", clock));
  const pool = stack.adopt(new Pool({ connectionString: ground.databaseUrl, max: 2 }), (open) => open.end());
  const env = {
    ...ground.env,
    NATS_URL: ground.natsUrl, // Its outbox stands in for booking's here, whose events its own user may not publish.
    LOG_LEVEL: "silent",
    FEED_SECRET: "a secret of thirty-two characters or more",
    AVAILABILITY_TARGET: `ipv4:127.0.0.1:${await freePort()}`,
  };
  const calendars = await startCalendars(env, { clock });
  stack.defer(() => calendars.stop());
  const service = stack.use(await startSync(loadConfig(env), { clock }));
  await service.ready;
  const owned = stack.move();
  return {
    pool,
    service,
    calendars,
    client(organization = organizationId) {
      const scopes = ["feeds:read", "feeds:write"];
      const claims = organization === null ? null : { organizationId: organization, subject: "tester", scopes };
      return createClient(FeedService, ground.connect(service.port, claims));
    },
    async publish(bookings, sessions = []) {
      for (const booking of bookings) {
        const message = { booking, change: BookingChange.RESCHEDULED, sessions: [...sessions] };
        await enqueue(sqlOf(pool), BookingChangedSchema, message, { organizationId, at: now, trace: null });
      }
      await pool.query("NOTIFY outbox");
    },
    async republish() {
      await republishSince(sqlOf(pool), new Date(0));
      await pool.query("NOTIFY outbox");
    },
    async settled(bookings) {
      await until("every booking is seen", async () => {
        const { rows } = await pool.query<{ key: string }>(
          "SELECT booking_id || ':' || version AS key FROM seen_bookings",
        );
        const seen = new Set(rows.map(({ key }) => key));
        return bookings.every(({ id, version }) => seen.has(`${id}:${version}`));
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What stands at the end of a feed's path. */
export function endOf(path: string): string {
  return must(/^\/feeds\/([^/]+)$/.exec(path)?.[1], "token");
}

/** Makes a feed of the organization for a calendar. */
export async function createFeed(rig: Rig, calendarId: string): Promise<{ id: string; token: string; path: string }> {
  const request = { requestId: randomUUID(), calendarId, name: "Ü, my; calendar\r\nX-EVIL:1" };
  const { feed, path } = await rig.client().createFeed(request);
  return { id: must(feed, "feed").id, token: endOf(path), path };
}

/** Reads a feed as a calendar program does, without any identity. */
export async function readFeed(rig: Rig, feedToken: string) {
  const { contentType, data } = await rig.client(null).readFeed({ feedToken });
  const text = new TextDecoder().decode(data);
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  return { contentType, text, calendar, events };
}
