import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import {
  BookingChange,
  BookingStatus,
  type Booking,
  type BookingSchema,
} from "@calends/contracts/calends/booking/v1/booking_pb";
import { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import type { Clock } from "@calends/kit/clock";
import { sqlOf } from "@calends/kit/database";
import { createLogger } from "@calends/kit/logger";
import type { RunningService } from "@calends/kit/service";
import { startMailbox, type Mailbox } from "@calends/local/mailbox";
import { freePort } from "@calends/local/ports";
import { connectBroker } from "@calends/messaging/connection";
import { enqueue, republishSince } from "@calends/messaging/outbox";
import { durableOf, publisherOf, streamOf } from "@calends/messaging/subjects";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { openGround } from "@calends/testkit/ground";
import { until } from "@calends/testkit/until";
import { createClient, type Client } from "@connectrpc/connect";
import { Pool } from "pg";
import { loadConfig } from "../src/config.ts";
import { startNotification } from "../src/service.ts";
import { startLinks } from "./_booking.ts";

type BookingInit = MessageInitShape<typeof BookingSchema>;
/** The fields of a booking, as a plain object. */
type BookingPlain = Omit<Exclude<BookingInit, Booking>, "$typeName">;
export type Change = MessageInitShape<typeof BookingChangedSchema>;

export const organizationId = randomUUID();
export const start = new Date("2026-12-21T09:00:00Z");

/** A confirmed booking with three people who get mail. */
export function bookingOf(changes: Omit<BookingPlain, "id"> = {}): BookingPlain & { id: string } {
  const end = new Date(start.getTime() + 1_800_000);
  return {
    id: randomUUID(),
    title: "Intro call",
    status: BookingStatus.CONFIRMED,
    startTime: timestampFromDate(start),
    endTime: timestampFromDate(end),
    hosts: [{ calendarId: randomUUID(), name: "Hannah Host", email: "host@example.com", timeZone: "Europe/Berlin" }],
    booker: { name: "Bo Booker", email: "booker@example.com", timeZone: "America/New_York", locale: "en-US" },
    attendees: [{ name: "Aimée", email: "attendee@example.com", timeZone: "Europe/Paris", locale: "fr-FR" }],
    location: "Room 5",
    meetingUrl: "https://meet.example.com/a?b=1,2",
    version: 1n,
    ...changes,
  };
}

/** The events of a booking that was made, moved and cancelled, in their order. */
export function lifeOf(booking: BookingPlain): Change[] {
  const moved = { startTime: timestampFromDate(new Date(start.getTime() + 3_600_000)), version: 2n, sequence: 1 };
  const cancelled = { status: BookingStatus.CANCELLED, version: 3n, sequence: 2, cancellationReason: "Ill" };
  const endTime = timestampFromDate(new Date(start.getTime() + 5_400_000));
  return [
    { change: BookingChange.CREATED, booking },
    { change: BookingChange.RESCHEDULED, booking: { ...booking, ...moved, endTime } },
    { change: BookingChange.CANCELLED, booking: { ...booking, ...moved, endTime, ...cancelled } },
  ];
}

/** The order of a list, but for chance: the same for the same seed. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = list.map((item) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return { item, key: state };
  });
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Notification with a database, a broker and a mailbox of a test's own. */
export interface Rig extends AsyncDisposable {
  readonly clock: TestClock;
  readonly mailbox: Mailbox;
  readonly env: Readonly<Record<string, string>>;
  readonly pool: Pool;
  /** The manage link that booking answers for a booking; null for one that it does not know. */
  linkOf: (bookingId: string) => string | null;
  /** Stops the stand-in for booking. */
  stopBooking(): Promise<void>;
  /** Starts it again at the same address. */
  startBooking(clock?: Clock): Promise<void>;
  /** What the services have logged. */
  readonly logs: readonly string[];
  start(env?: Readonly<Record<string, string>>): Promise<RunningService>;
  client(service: RunningService, organization?: string): Promise<Client<typeof NotificationService>>;
  /** Writes events into the outbox, from which the relay publishes them. */
  publish(changes: readonly Change[]): Promise<void>;
  /** Publishes every event so far again, with the same event ids. */
  republish(): Promise<void>;
  /** Waits until every event so far has been handled, whether or not it has anything to say, and nothing is to be sent. */
  settled(): Promise<void>;
}

/** Puts together what notification runs on. */
export async function createRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const clock = createTestClock(new Date("2026-12-01T08:00:00Z"));
  const ground = stack.use(await openGround("notification", clock));
  const mailbox = stack.use(await startMailbox());
  const pool = stack.adopt(new Pool({ connectionString: ground.databaseUrl, max: 2 }), (open) => open.end());
  const bookingPort = await freePort();
  const env = {
    ...ground.env,
    NATS_URL: ground.natsUrl, // The tests publish booking's events from this service's outbox, which its own NATS user may not.
    BOOKING_TARGET: `ipv4:127.0.0.1:${bookingPort}`,
    LOG_LEVEL: "silent",
    SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
    MAIL_FROM: "no-reply@calends.test",
    PUBLIC_URL: "https://book.example.com/",
    MOVE_MAIL_DELAY_SECONDS: "0",
  };
  const quiet = createLogger("test", "silent");
  const broker = stack.use(await connectBroker("test", ground.natsUrl, quiet, new AbortController().signal));
  const logs: string[] = [];
  let booking: AsyncDisposable | undefined;
  stack.defer(async () => booking?.[Symbol.asyncDispose]());
  const owned = stack.move();
  const rig: Rig = {
    linkOf: (bookingId) => `/manage/link-of-${bookingId}`,
    async stopBooking() {
      await booking?.[Symbol.asyncDispose]();
      booking = undefined;
    },
    async startBooking(bookingClock = clock) {
      const linkOf = (asked: string, bookingId: string) => (asked === organizationId ? rig.linkOf(bookingId) : null);
      booking = await startLinks(env, bookingPort, linkOf, { clock: bookingClock, logger: quiet });
    },
    clock,
    mailbox,
    env,
    pool,
    logs,
    async start(changes = {}) {
      const service = await startNotification(loadConfig({ ...env, ...changes }), {
        clock,
        logger: createLogger("notification", "debug", (line) => logs.push(line)),
      });
      await service.ready;
      return service;
    },
    async client(service, organization = organizationId) {
      const scopes = ["deliveries:read", "deliveries:write"];
      const claims = { organizationId: organization, subject: "tester", scopes };
      return createClient(NotificationService, ground.connect(service.port, claims));
    },
    async publish(changes) {
      const context = { organizationId, at: clock.now(), trace: null };
      for (const change of changes) {
        await enqueue(sqlOf(pool), BookingChangedSchema, change, context);
      }
      await pool.query("NOTIFY outbox");
    },
    async republish() {
      await republishSince(sqlOf(pool), new Date(0));
      await pool.query("NOTIFY outbox");
    },
    async settled() {
      const exists = async (what: string) => ((await pool.query(`SELECT 1 FROM ${what} LIMIT 1`)).rowCount ?? 0) > 0;
      // Checked in the order in which an event travels, so that none is missed between two places.
      await until("every event has been handled and nothing is to be sent", async () => {
        if (await exists("outbox WHERE published_at IS NULL")) {
          return false;
        }
        const consumer = await broker.manager.consumers.info(
          streamOf(publisherOf(BookingChangedSchema)),
          durableOf("notification", BookingChangedSchema),
        );
        return (
          consumer.num_pending + consumer.num_ack_pending === 0 && !(await exists("deliveries WHERE status = 'queued'"))
        );
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  await rig.startBooking();
  return rig;
}
