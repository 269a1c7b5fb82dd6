import { timestampMs } from "@bufbuild/protobuf/wkt";
import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { startOfLocalDay } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { Availability, CallContext, FreeCalendars } from "../availability.ts";
import type { AppointmentType, Host } from "../domain/appointment-type.ts";
import type { Booking } from "../domain/booking.ts";
import type { ConflictPolicy } from "../domain/recurring.ts";
import type { Store } from "../store/index.ts";
import { checkStart, questionOf, reachedLimits, type TypeQuestion } from "../slots.ts";
import type { BookedDay } from "../store/limits.ts";

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
  /** Dates of the series that are about to be booked before this one, and count towards its type's limits. */
  readonly planned?: readonly BookedDay[];
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
  return { ...questionOf(organizationId, { ...type, fields }, durationMs), planned, ...moving };
}

async function* placeAt(
  deps: PlaceDeps,
  terms: PlaceTerms,
  { startMs, durationMs }: WantedSpan,
  refusals: DomainError[],
  context: CallContext,
): AsyncGenerator<Place> {
  const question = askedOf(terms, durationMs);
  try {
    const free = await checkStart(deps, question, { startMs, slotToken: "" }, context);
    yield { startMs, durationMs, type: terms.type, free };
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
  return slots
    .map(({ startTime }) => timestampMs(must(startTime, "start_time")))
    .filter((ms) => ms !== span.startMs && distance(ms) <= terms.nearestWithinMs)
    .toSorted((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, mostPlaces);
}

function localDayOf(timeZone: string, ms: number): [number, number] {
  const zone = zoneOf(timeZone);
  const midnight = startOfLocalDay(ms + zone.offsetAt(ms));
  return [zone.toUtc(midnight), zone.toUtc(midnight + dayMs)];
}
