import { readFile } from "node:fs/promises";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { importEvents, type ImportReport } from "./bookings.ts";
import { seedCalendars } from "./calendars.ts";
import type { Clients } from "./clients.ts";
import { comingMonday, readEvents } from "./events.ts";
import { seedFeeds } from "./feeds.ts";
import { offers } from "./offers.ts";
import { members } from "./organization.ts";
import { seedTypes } from "./types.ts";

/** What the demo organization is made with. */
export interface SeedOptions {
  readonly clients: Clients;
  readonly now: Date;
  /** Paths of feeds that an earlier run made, by member. */
  readonly feedPaths?: Readonly<Record<string, string>>;
  readonly onProgress?: (message: string) => void;
}

/** The demo organization, as it is after seeding. */
export interface Seeded {
  readonly bookings: ImportReport;
  readonly feedPaths: Readonly<Record<string, string>>;
}

const bookingsFile = new URL("../../data/bookings.ics", import.meta.url);

/** Makes the demo organization through the gateway's public API. Doing it again changes nothing. */
export async function seed({ clients, now, feedPaths = {}, onProgress = () => {} }: SeedOptions): Promise<Seeded> {
  const everybody = Object.values(members);
  onProgress("demo: calendars, weekly hours and public holidays");
  const calendarIds = await seedCalendars(clients, everybody, now);
  onProgress("demo: appointment types and booking links");
  const typeIds = await seedTypes(clients, offers, calendarIds);
  onProgress("demo: two weeks of bookings from apps/demo/data/bookings.ics");
  const events = readEvents(await readFile(bookingsFile, "utf8"), comingMonday(now));
  const bookings = await importEvents(clients, offers, typeIds, events);
  const people = everybody.filter(({ kind }) => kind === CalendarKind.PERSON);
  return { bookings, feedPaths: await seedFeeds(clients, people, calendarIds, feedPaths) };
}
