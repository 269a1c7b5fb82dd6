import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { query } from "../e2e/_util.ts";
import type { Parts } from "./parts.ts";
import { serviceNames } from "./replicas.ts";
import type { Tap } from "./tap.ts";
import type { World } from "./world.ts";

/** How things came to rest. */
export interface Settled {
  /** Empty where everything came to rest in time; else what had not. */
  readonly unsettled: string;
  readonly tookMs: number;
  readonly deadLetters: number;
}

/** After so long without a change nobody works on what is left. */
const stillMs = 3_000;
/** How long it has to be quiet, which is longer than any poll. */
const quietMs = 1_200;

/** Waits until outboxes are empty, consumers have nothing to do, holds have ended and mails are sent. */
export async function settle(parts: Parts, tap: Tap, worlds: readonly World[], timeoutMs: number): Promise<Settled> {
  const begun = Date.now();
  let quietSince = begun;
  let changedAt = begun;
  let before = "";
  for (;;) {
    const open = await openWork(parts, tap).catch((error: unknown) => `cannot be seen: ${String(error)}`);
    const now = Date.now();
    if (open !== "") {
      quietSince = now;
    }
    if (open !== before) {
      before = open;
      changedAt = now;
    } else if (open.startsWith("mails to send") && now - changedAt > stillMs) {
      await endLeases(parts);
    } else if (open.startsWith("offers to answer") && now - changedAt > quietMs) {
      await Promise.all(worlds.map((world) => acceptOffers(parts, world)));
    }
    if (now - quietSince >= quietMs || now - begun > timeoutMs) {
      const { dead } = await tap.open();
      return { unsettled: open, tookMs: now - begun, deadLetters: dead };
    }
    await delay(150);
  }
}

/** A mail whose sender was killed is left alone for five minutes; by then nothing else happens any more, so they are passed. */
async function endLeases(parts: Parts): Promise<void> {
  const sql =
    "UPDATE deliveries SET due_at = now() - interval '1 minute' WHERE status = 'queued' AND lease IS NOT NULL";
  await query(parts.databaseUrl("notification"), sql);
}

/** An offer ends by itself after a minute and leads to the next; what is accepted is at rest. */
async function acceptOffers(parts: Parts, { organizationId }: World): Promise<void> {
  const sql = "SELECT id::text FROM bookings WHERE organization_id = $1 AND status = 'offered'";
  const offered = await query<{ id: string }>(parts.databaseUrl("booking"), sql, [organizationId]);
  const bookings = parts.client(BookingService, organizationId);
  for (const { id } of offered) {
    // One that has ended meanwhile is refused; the next look sees what came of it.
    await bookings.acceptOffer({ requestId: randomUUID(), bookingId: id }).catch(() => undefined);
  }
}

async function openWork(parts: Parts, tap: Tap): Promise<string> {
  const counts: [string, number][] = [["events waiting", (await tap.open()).waiting]];
  for (const service of serviceNames) {
    counts.push([`outbox of ${service}`, await count(parts, service, "outbox WHERE published_at IS NULL")]);
  }
  counts.push(["mails to send", await count(parts, "notification", "deliveries WHERE status = 'queued'")]);
  const due = "expires_at <= now() - interval '4 seconds' AND status IN ('hold', 'offered')";
  counts.push(["holds to end", await count(parts, "booking", `bookings WHERE ${due}`)]);
  counts.push(["holds that run", await count(parts, "booking", "bookings WHERE status = 'hold'")]);
  counts.push(["offers to answer", await count(parts, "booking", "bookings WHERE status = 'offered'")]);
  counts.push(["dates to settle", await count(parts, "booking", "series_occurrences WHERE settle_at <= now()")]);
  return counts.flatMap(([what, n]) => (n > 0 ? [`${what}: ${n}`] : [])).join(", ");
}

async function count(parts: Parts, service: Parameters<Parts["databaseUrl"]>[0], from: string): Promise<number> {
  const rows = await query<{ n: string }>(parts.databaseUrl(service), `SELECT count(*) AS n FROM ${from}`);
  return Number(rows[0]?.n);
}
