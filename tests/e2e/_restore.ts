import { randomUUID } from "node:crypto";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { operate } from "../../deploy/operate.ts";
import type { Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { invitationOf, readCalendar, type CalendarEvent } from "./_mail.ts";
import { runNode, spawnService, type ServiceProcess } from "./_processes.ts";
import { outcomeOf, query } from "./_util.ts";

type Restorable = "availability" | "booking" | "notification" | "recurrence-engine" | "sync";

/** Stops a service of the constellation's own. */
export async function stop({ services }: TestConstellation, name: Restorable): Promise<void> {
  await must(
    services.find((service) => service.name === name),
    name,
  )[Symbol.asyncDispose]();
}

/** Starts a service in a process of its own, where the constellation's was. */
export async function start(sky: TestConstellation, name: Restorable): Promise<ServiceProcess> {
  const { port } = must(
    sky.services.find((service) => service.name === name),
    name,
  );
  const service = spawnService(name, { ...sky.environments[name], PORT: String(port) });
  await service.serving();
  return service;
}

/** Waits until a caller that was connected to the services before finds booking and sync again. */
export async function untilReached(sky: TestConstellation, organizationId: string): Promise<void> {
  await until("booking is reached", () => outcomeOf(sky.client(BookingService, organizationId).listBookings({})), isOk);
  await until("sync is reached", () => outcomeOf(sky.client(FeedService, organizationId).listFeeds({})), isOk);
}

function isOk(outcome: string): boolean {
  return outcome === "ok";
}

/** Copies booking's database as it is; no service may be connected. Returns the copy's name. */
export async function backUp(sky: TestConstellation): Promise<string> {
  const { server, name } = parts(sky);
  const backup = `backup_${randomUUID().slice(0, 8)}`;
  await query(server, `CREATE DATABASE "${backup}" TEMPLATE "${name}"`);
  return backup;
}

/** Puts a backup in the place of booking's database, and the backup is gone. */
export async function restore(sky: TestConstellation, backup: string): Promise<void> {
  const { server, name } = parts(sky);
  await query(server, `DROP DATABASE "${name}" WITH (FORCE)`);
  await query(server, `ALTER DATABASE "${backup}" RENAME TO "${name}"`);
}

function parts(sky: TestConstellation): { server: string; name: string } {
  const url = new URL(sky.databaseUrl("booking"));
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/postgres";
  return { server: url.href, name };
}

/** Runs a command of a service in its environment; its output ends with how it ended. */
export async function command(sky: TestConstellation, name: Restorable, script: string, ...args: string[]) {
  const environment = { ...sky.environments[name], PORT: "0" };
  const { code, output } = await runNode(`services/${name}/src/${script}.ts`, environment, args);
  return `${output}\nexit ${code}`;
}

/** Runs a command as the operator of NATS. */
export function operateOn(sky: TestConstellation, ...args: string[]): Promise<string> {
  return operate(args, { NATS_URL: sky.nats.url });
}

/** Reads the feed of a calendar whenever it is asked, by UID. */
export async function openFeed(sky: TestConstellation, { organizationId, calendarId }: Bookable) {
  const request = { requestId: randomUUID(), calendarId, name: "Host" };
  const { path } = await sky.client(FeedService, organizationId).createFeed(request);
  return async (): Promise<ReadonlyMap<string, CalendarEvent>> => {
    const read = async () => (await fetch(`${sky.gatewayUrl}${path}`)).text();
    // The gateway may still be about to connect to a service that was started anew.
    const events = readCalendar(await until("the feed", read, (text) => text.startsWith("BEGIN:VCALENDAR")));
    return new Map(events.map((event) => [event.uid, event]));
  };
}

/** The invitations that a guest has, or their withdrawals, about one booking, in the order in which they came. */
export function invitationsTo({ mailbox }: TestConstellation, guest: string): CalendarEvent[] {
  return mailbox
    .messages()
    .filter(({ to }) => to.includes(`${guest}@guest.example`))
    .filter(({ attachments }) => attachments.some(({ method }) => method !== undefined))
    .map(invitationOf)
    .toSorted((a, b) => a.sequence - b.sequence);
}
