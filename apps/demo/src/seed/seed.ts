import { readFile } from "node:fs/promises";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { byExternalId, importEvents, listAllBookings, type ImportReport } from "./bookings.ts";
import { seedCalendars } from "./calendars.ts";
import type { Clients } from "./clients.ts";
import { comingMonday, readEvents } from "./events.ts";
import { seedFeeds } from "./feeds.ts";
import { offers } from "./offers.ts";
import { members } from "./organization.ts";
import { seedShowcase } from "./showcase.ts";
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
  /** URL paths of the poll's and the routing form's public pages. */
  readonly linkPaths: Readonly<Record<string, string>>;
}

const bookingsFile = new URL("../../data/bookings.ics", import.meta.url);

/** Makes the demo organization through the gateway's public API. Doing it again changes nothing. */
export async function seed({ clients, now, feedPaths = {}, onProgress = () => {} }: SeedOptions): Promise<Seeded> {
  const everybody = Object.values(members);
  onProgress("demo: calendars, weekly hours and public holidays");
  const calendarIds = await seedCalendars(clients, everybody);
  onProgress("demo: appointment types and booking links");
  const typeIds = await seedTypes(clients, offers, calendarIds);
  onProgress("demo: two weeks of bookings from apps/demo/data/bookings.ics");
  const known = await listAllBookings(clients);
  const booked = byExternalId(known);
  const events = readEvents(await readFile(bookingsFile, "utf8"), comingMonday(firstSeeding(booked, now)));
  const bookings = await importEvents(clients, offers, typeIds, booked, events);
  const people = everybody.filter(({ kind }) => kind === CalendarKind.PERSON);
  onProgress("demo: a full workshop, a series, a poll and a routing form");
  const linkPaths = await seedShowcase({ clients, now, typeIds, known });
  return { bookings, linkPaths, feedPaths: await seedFeeds(clients, people, calendarIds, feedPaths) };
}

/** The file's weeks lie where the first seeding put them, so that a later one does not book what was refused then. */
function firstSeeding(booked: ReadonlyMap<string, Booking>, now: Date): Date {
  const times = [...booked.values()].flatMap(({ createTime }) =>
    createTime === undefined ? [] : [timestampMs(createTime)],
  );
  return new Date(Math.min(now.getTime(), ...times));
}
