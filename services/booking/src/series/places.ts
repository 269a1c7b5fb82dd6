import { timestampMs } from "@bufbuild/protobuf/wkt";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { startOfLocalDay } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { Availability, CallContext, FreeCalendars } from "../availability.ts";
import { hostToChoose } from "../choosing.ts";
import { spanTaken } from "../domain/allocations.ts";
import { limitDayOf, type AppointmentType, type Host } from "../domain/appointment-type.ts";
import type { Booking } from "../domain/booking.ts";
import { slotTaken } from "../domain/errors.ts";
import type { ConflictPolicy } from "../domain/recurring.ts";
import type { Store } from "../store/index.ts";
import { checkStart, questionOf, reachedLimits, type TypeQuestion } from "../slots.ts";
import { listTaken, type TakenSpan } from "../store/allocations.ts";
import type { BookedDay } from "../store/reached-limits.ts";

/** What looking for places works with. */
export interface PlaceDeps {
  readonly store: Store;
  readonly availability: Availability;
}

/** By what rules a date is placed. */
export interface PlaceTerms {
  readonly organizationId: string;
  readonly type: AppointmentType;
  readonly policy: ConflictPolicy;
  readonly nearestWithinMs: number;
  readonly timeZone: string;
  readonly hostCalendarId: string | null;
  /** The booking that is being moved: it does not stand in its own way, and does not count towards limits. */
  readonly moves?: Booking;
  /** What is about to be booked of the series before this date: it takes its hosts' time, and counts towards limits. */
  readonly planned?: readonly Place[];
}

/** Where a date can be: when, on whose time, and by which hosts of the type. */
export interface Place {
  readonly startMs: number;
  readonly durationMs: number;
  readonly type: AppointmentType;
  readonly free: FreeCalendars;
}

/** A date as it is wanted. */
export interface WantedSpan {
  readonly startMs: number;
  readonly durationMs: number;
}

/** Places that one date may still be tried at when others were quicker. */
const mostPlaces = 8;
const dayMs = 86_400_000;

/**
 * The places of a date, the one that was wanted first, then those that the policy allows. Why the wanted one is none is put
 * into `refusals`. What is asked is what CreateBooking asks, but for the type's horizon: a series has its own.
 */
export async function* placesOf(
  deps: PlaceDeps,
  terms: PlaceTerms,
  span: WantedSpan,
  refusals: DomainError[],
  context: CallContext,
): AsyncGenerator<Place> {
  const own = ownType(terms);
  yield* placeAt(deps, { ...terms, type: own }, span, refusals, context);
  if (terms.policy === "other_host" && terms.type.fields.category === "round_robin") {
    for (const host of terms.type.fields.hosts.filter(({ calendarId }) => calendarId !== terms.hostCalendarId)) {
      yield* placeAt(deps, { ...terms, type: withHost(terms.type, host) }, span, refusals, context);
    }
  }
  if (terms.policy === "nearest") {
    for (const startMs of await nearestStarts(deps, { ...terms, type: own }, span, context)) {
      yield* placeAt(deps, { ...terms, type: own }, { ...span, startMs }, refusals, context);
    }
  }
}

/** A series keeps its host: its dates are asked for as those of a type that has no other. */
function ownType({ type, hostCalendarId }: PlaceTerms): AppointmentType {
  const host = type.fields.hosts.find(({ calendarId }) => calendarId === hostCalendarId);
  return type.fields.category === "round_robin" && host !== undefined ? withHost(type, host) : type;
}

function withHost(type: AppointmentType, host: Host): AppointmentType {
  return { ...type, fields: { ...type.fields, category: "one_on_one", hosts: [host] } };
}

function askedOf({ organizationId, type, moves, planned = [] }: PlaceTerms, durationMs: number): TypeQuestion {
  const fields = { ...type.fields, maxFutureDays: 0 };
  const moving = moves === undefined ? {} : { moves, ignoreBookingId: moves.id };
  const days = planned.map(bookedDay);
  return { ...questionOf(organizationId, { ...type, fields }, durationMs), planned: days, ...moving };
}

function bookedDay({ type, startMs, durationMs }: Place): BookedDay {
  return { day: limitDayOf(type.fields, startMs), bookings: 1, minutes: durationMs / 60_000 };
}

/** A place on one host of a round-robin type: the one that would be chosen now. Of other types it is on all hosts already. */
export async function onOneHost({ store }: PlaceDeps, organizationId: string, place: Place): Promise<Place> {
  const { type, free, startMs } = place;
  if (type.fields.category !== "round_robin") {
    return place;
  }
  const host = await hostToChoose({ tx: store.db, organizationId, type, free, startMs });
  return host === null ? place : { ...place, type: withHost(type, host) };
}

/** The host of a place on one. */
export function hostOf({ type }: Place): string | null {
  return type.fields.hosts[0]?.calendarId ?? null;
}

async function* placeAt(
  deps: PlaceDeps,
  terms: PlaceTerms,
  { startMs, durationMs }: WantedSpan,
  refusals: DomainError[],
  context: CallContext,
): AsyncGenerator<Place> {
  const { type, planned = [] } = terms;
  try {
    const free = await checkStart(deps, askedOf(terms, durationMs), { startMs, slotToken: "" }, context);
    if (!hasRoom(type, { startMs, durationMs }, planned.flatMap(takenBy))) {
      throw slotTaken();
    }
    yield { startMs, durationMs, type, free };
  } catch (error) {
    // Only a refusal says that the place is none; what cannot be asked must not become a conflict.
    if (!(error instanceof DomainError) || error.kind !== "precondition") {
      throw error;
    }
    refusals.push(error);
  }
}

async function nearestStarts(
  deps: PlaceDeps,
  terms: PlaceTerms,
  span: WantedSpan,
  context: CallContext,
): Promise<number[]> {
  const [from, to] = localDayOf(terms.timeZone, span.startMs);
  const question = askedOf(terms, span.durationMs);
  const limits = await reachedLimits(deps, question, from, to);
  const { slots } = await deps.availability.findSlots({ ...question, limits }, from, to, context);
  const distance = (ms: number) => Math.abs(ms - span.startMs);
  const taken = await takenAround(deps, terms, from, to);
  return slots
    .map(({ startTime }) => timestampMs(must(startTime, "start_time")))
    .filter((startMs) => hasRoom(terms.type, { ...span, startMs }, taken))
    .filter((ms) => ms !== span.startMs && distance(ms) <= terms.nearestWithinMs)
    .toSorted((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, mostPlaces);
}

/** What is booked near a day or is about to be, whether or not availability has heard of it. */
async function takenAround(
  { store }: PlaceDeps,
  { organizationId, type, moves, planned = [] }: PlaceTerms,
  fromMs: number,
  toMs: number,
): Promise<TakenSpan[]> {
  const calendarIds = type.fields.hosts.map(({ calendarId }) => calendarId);
  const range = { from: new Date(fromMs - dayMs), to: new Date(toMs + dayMs) };
  const taken = await listTaken(store.db, organizationId, calendarIds, range, moves?.id ?? null);
  return [...taken, ...planned.flatMap(takenBy)];
}

/** What a place takes of each of its hosts' calendars, buffers included. */
function takenBy(place: Place): TakenSpan[] {
  const { startMs, endMs } = spanTaken(place.type.fields, place.startMs, place.durationMs);
  return place.type.fields.hosts.map(({ calendarId }) => ({ calendarId, startMs, endMs }));
}

/** Whether its hosts have room for a date beside what is taken: of a round-robin type one of them. */
function hasRoom(type: AppointmentType, span: WantedSpan, taken: readonly TakenSpan[]): boolean {
  const { startMs, endMs } = spanTaken(type.fields, span.startMs, span.durationMs);
  const { hosts, category } = type.fields;
  const inTheWay = taken.filter((other) => other.startMs < endMs && startMs < other.endMs);
  const isFree = (host: Host) => inTheWay.every(({ calendarId }) => calendarId !== host.calendarId);
  return category === "round_robin" ? hosts.some(isFree) : hosts.every(isFree);
}

function localDayOf(timeZone: string, ms: number): [number, number] {
  const zone = zoneOf(timeZone);
  const midnight = startOfLocalDay(ms + zone.offsetAt(ms));
  return [zone.toUtc(midnight), zone.toUtc(midnight + dayMs)];
}
