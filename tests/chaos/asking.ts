import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { must } from "@calends/kit/must";
import { Code, ConnectError, type Client } from "@connectrpc/connect";
import { outcomeOfError } from "../e2e/_util.ts";
import type { Entry, History, Operation, Told } from "./history.ts";
import { bookingReplicas, type Parts } from "./parts.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** The booking services of one replica. */
export interface Asked {
  readonly bookings: Client<typeof BookingService>;
  readonly recurring: Client<typeof RecurringBookingService>;
}

/** One client of the run. */
export interface ChaosClient {
  readonly number: number;
  readonly random: Random;
  readonly world: World;
  readonly history: History;
  /** What the clients of the other organization of the run saw. */
  readonly others: History;
  readonly replicas: readonly Asked[];
  /** The gateway, where visitors come in. */
  readonly gatewayUrl: string;
  /** Aborted when even requests whose answer is not known are given up. */
  readonly patience: AbortSignal;
}

/** A request: what it is about, and how one replica is asked. */
export interface Request {
  readonly operation: Operation;
  readonly bookingId?: string;
  readonly guest?: string;
  readonly ask: (replica: Asked, requestId: string) => Promise<readonly (Booking | undefined)[]>;
}

/** Clients of every booking replica. */
export function openReplicaClients(parts: Parts, { organizationId }: World): Asked[] {
  return bookingReplicas(parts).map(({ target }) => ({
    bookings: parts.client(BookingService, organizationId, target),
    recurring: parts.client(RecurringBookingService, organizationId, target),
  }));
}

/** What says nothing of what became of the request. */
export const unanswered: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Unknown,
  Code.Internal,
  Code.Aborted,
  Code.Canceled,
  Code.ResourceExhausted,
]);
const firstPauseMs = 50;
const longestPauseMs = 1_500;
/** How often a request is sent once more after it was answered. */
const repeated = 0.08;
/** How often a request is sent to two replicas at the same time. */
const doubled = 0.12;

/**
 * Asks until an answer or a refusal is known, always with the same request id and each time another replica. Some
 * requests are sent twice at once, as an impatient network would.
 */
export async function send(client: ChaosClient, request: Request): Promise<Entry> {
  const { random, history, number } = client;
  const requestId = randomUUID();
  const askedMs = Date.now();
  const first = random.below(client.replicas.length);
  const twice = random.next() < doubled;
  const tries = [first, ...(twice ? [first + 1] : [])].map((start) => persist(client, request, requestId, start));
  const ends = await Promise.all(tries);
  const answered = ends.filter(({ outcome }) => outcome === "ok");
  const end =
    (await again(client, request, requestId, answered[0])) ??
    answered[0] ??
    ends.find(({ outcome }) => outcome === "refused") ??
    must(ends[0], "end");
  const entry: Entry = {
    client: number,
    operation: request.operation,
    requestId,
    bookingId: request.bookingId ?? "",
    guest: request.guest ?? "",
    askedMs,
    answeredMs: Date.now(),
    tries: ends.reduce((sum, one) => sum + one.tries, 0),
    outcome: end.outcome,
    // One request id has one answer: `told` has both where it was asked twice at once.
    reason: end.reason,
    told: ends.flatMap(({ told }) => told),
  };
  history.add(entry);
  return entry;
}

/** Sends an answered request once more: null where it is answered the same, or nothing can be said. */
async function again(
  client: ChaosClient,
  request: Request,
  requestId: string,
  known: End | undefined,
): Promise<End | undefined> {
  if (known === undefined || client.random.next() > repeated) {
    return undefined;
  }
  const late = await persist(client, request, requestId, client.random.below(client.replicas.length));
  const same = late.outcome === "ok" && JSON.stringify(late.told) === JSON.stringify(known.told);
  const verdict = late.outcome === "unknown" || same ? "" : `again: ${late.outcome} ${late.reason}`;
  return { ...known, tries: known.tries + late.tries, reason: verdict };
}

type End = Pick<Entry, "outcome" | "reason" | "told" | "tries">;

async function persist(client: ChaosClient, request: Request, requestId: string, first: number): Promise<End> {
  for (let tries = 1; ; tries += 1) {
    const replica = must(client.replicas[(first + tries - 1) % client.replicas.length], "replica");
    try {
      const told = (await request.ask(replica, requestId)).map((booking) => toTold(must(booking, "booking")));
      return { outcome: "ok", reason: "", told, tries };
    } catch (error) {
      const reason = outcomeOfError(error);
      if (!unanswered.has(ConnectError.from(error).code)) {
        return { outcome: "refused", reason, told: [], tries };
      }
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 6));
      await delay(pauseMs, undefined, { signal: client.patience }).catch(() => undefined); // Given up below.
      if (client.patience.aborted) {
        return { outcome: "unknown", reason, told: [], tries };
      }
    }
  }
}

/** The numbers of calends.booking.v1.BookingStatus. */
const statuses = ["", "pending", "confirmed", "completed", "cancelled", "no_show", "hold", "waitlisted", "offered"];

/** What an answer says of a booking. */
export function toTold(booking: Booking): Told {
  return {
    id: booking.id,
    typeId: booking.appointmentTypeId,
    status: statuses[booking.status] ?? "",
    startMs: timestampMs(must(booking.startTime, "start_time")),
    endMs: timestampMs(must(booking.endTime, "end_time")),
    version: Number(booking.version),
    calendarIds: booking.hosts.map(({ calendarId }) => calendarId).toSorted(),
  };
}
