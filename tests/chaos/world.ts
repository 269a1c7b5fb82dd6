import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import {
  Category,
  LocationMode,
  RoundRobinStrategy,
  type AppointmentTypeFieldsSchema,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { must } from "@calends/kit/must";
import { range } from "../e2e/_util.ts";
import type { Parts } from "./parts.ts";

/** What a type is for in the run, and what its bookings must never break. Times are in minutes. */
export interface ChaosType {
  readonly id: string;
  /** The address of its public page; empty for none. */
  readonly slug: string;
  readonly name: string;
  readonly category: "one_on_one" | "group" | "collective" | "round_robin";
  readonly hosts: readonly string[];
  readonly weights: readonly number[];
  readonly minutes: number;
  readonly before: number;
  readonly after: number;
  /** Most bookings a local day of `zone`; 0 for no limit. */
  readonly perDay: number;
  readonly zone: string;
  readonly capacity: number;
  readonly confirm: boolean;
  /** Whether its bookings are cancelled and moved: not where the shares of hosts are looked at. */
  readonly changes: boolean;
  /** Whether each start is asked for once only, so that all hosts are always free. */
  readonly quiet: boolean;
  /** How often it is booked in relation to the others. */
  readonly share: number;
}

/** An organization of 20 hosts. */
export interface World {
  readonly organizationId: string;
  readonly calendarIds: readonly string[];
  readonly types: readonly ChaosType[];
  /** Midnight UTC of the first of the days that are booked. */
  readonly firstDayMs: number;
  readonly days: number;
}

type Plan = Partial<Omit<ChaosType, "id" | "slug" | "hosts">> &
  Pick<ChaosType, "category"> & { readonly of: readonly number[] };

const newYork = "America/New_York";
const plans: readonly Plan[] = [
  ...[0, 1, 2, 9, 19].map((host): Plan => ({ category: "one_on_one", of: [host] })),
  { category: "one_on_one", of: [3], before: 10, after: 5 },
  { category: "one_on_one", of: [4], minutes: 60, after: 30 },
  { category: "one_on_one", of: [0], minutes: 45, before: 15 },
  { category: "one_on_one", of: [5], perDay: 4, zone: newYork },
  { category: "one_on_one", of: [6], perDay: 5, zone: "Asia/Kolkata", confirm: true },
  { category: "one_on_one", of: [2], minutes: 15, confirm: true },
  { category: "collective", of: [0, 1] },
  { category: "collective", of: [2, 3, 4], minutes: 45, before: 5, after: 5 },
  { category: "collective", of: [6, 5], perDay: 3, zone: newYork },
  { category: "group", of: [7], capacity: 3, minutes: 480 },
  { category: "group", of: [8], capacity: 5, minutes: 240, share: 2 },
  { category: "round_robin", of: [0, 1, 2, 3, 19], minutes: 60 },
  { category: "round_robin", of: [9, 10, 11, 12, 13], weights: [3, 2, 2, 1, 1], changes: false, share: 2 },
  { category: "round_robin", of: [14, 15, 16, 17, 18], weights: [5, 3, 1, 1, 1], changes: false, quiet: true },
];

/** Makes the organization, its hosts and types through the API. */
export async function createWorld(parts: Parts, firstDayMs: number, days: number): Promise<World> {
  const organizationId = randomUUID();
  const calendarIds = await Promise.all(range(20).map((index) => createHost(parts, organizationId, index)));
  const types = await Promise.all(
    plans.map((plan, index) =>
      createType(parts, organizationId, calendarIds, plan, nameOf("Type", index, organizationId)),
    ),
  );
  return { organizationId, calendarIds, types, firstDayMs, days };
}

/** Makes the calendar of a host who can be booked at any time; returns its id. */
async function createHost(parts: Parts, organizationId: string, index: number): Promise<string> {
  const calendars = parts.client(CalendarService, organizationId);
  const name = nameOf("Host", index, organizationId);
  const asked = { requestId: randomUUID(), name, kind: CalendarKind.PERSON, timeZone: "UTC" };
  const { calendar } = await calendars.createCalendar(asked);
  const calendarId = must(calendar, "calendar").id;
  const hours = { startMinute: 0, endMinute: 1440 };
  const weeklyHours = range(7).map((day) => ({ weekday: day + 1, hours }));
  const profile = { calendarId, schedule: { timeZone: "UTC", weeklyHours } };
  await calendars.setProfile({ requestId: randomUUID(), profile });
  return calendarId;
}

const categories = {
  one_on_one: Category.ONE_ON_ONE,
  group: Category.GROUP,
  collective: Category.COLLECTIVE,
  round_robin: Category.ROUND_ROBIN,
};

async function createType(
  parts: Parts,
  organizationId: string,
  calendarIds: readonly string[],
  { of, ...plan }: Plan,
  name: string,
): Promise<ChaosType> {
  const usual = { minutes: 30, before: 0, after: 0, perDay: 0, zone: "UTC", capacity: 0 };
  const rest = { confirm: false, changes: true, quiet: false, share: 1 };
  const hosts = of.map((host) => must(calendarIds[host], "host"));
  const type: ChaosType = { id: "", slug: "", name, hosts, weights: of.map(() => 1), ...usual, ...rest, ...plan };
  const fields: MessageInitShape<typeof AppointmentTypeFieldsSchema> = {
    name,
    durations: [durationFromMs(type.minutes * 60_000)],
    step: durationFromMs(15 * 60_000),
    bufferBefore: durationFromMs(type.before * 60_000),
    bufferAfter: durationFromMs(type.after * 60_000),
    maxBookingsPerDay: type.perDay,
    category: categories[type.category],
    hosts: type.hosts.map((calendarId, i) => ({
      ...hostFields(of[i] ?? 0, organizationId),
      calendarId,
      weight: type.weights[i] ?? 1,
    })),
    locationMode: LocationMode.PHONE,
    requiresConfirmation: type.confirm,
    timeZone: type.zone,
    capacity: type.capacity,
    waitlist: type.capacity > 0,
    offerLifetime: durationFromMs(60_000),
    ...(type.category === "round_robin" ? { strategy: RoundRobinStrategy.WEIGHTED } : {}),
  };
  const service = parts.client(AppointmentTypeService, organizationId);
  const { appointmentType } = await service.createAppointmentType({ requestId: randomUUID(), fields });
  const { id } = must(appointmentType, "type");
  if (type.category !== "one_on_one") {
    return { ...type, id };
  }
  const slug = `s-${randomUUID()}`;
  await service.createBookingLink({ requestId: randomUUID(), fields: { slug, appointmentTypeId: id, active: true } });
  return { ...type, id, slug };
}

/** Only some hosts read mail: what is to be shown needs not all of it. */
function hostFields(index: number, organizationId: string) {
  const email = index % 5 === 0 ? `host${index}@${hostDomain(organizationId)}` : "";
  return { name: nameOf("Host", index, organizationId), email, timeZone: "UTC" };
}

/** Where the hosts of an organization read their mail: all of them in one mailbox, and yet told apart. */
export function hostDomain(organizationId: string): string {
  return `${tagOf(organizationId)}.example`;
}

/** A word that is in every name and host address of an organization, and in none of another. */
export function tagOf(organizationId: string): string {
  return `h${organizationId.slice(0, 8)}`;
}

function nameOf(what: string, index: number, organizationId: string): string {
  return `${what} ${index} of ${tagOf(organizationId)}`;
}
