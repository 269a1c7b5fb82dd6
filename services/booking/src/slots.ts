import { create } from "@bufbuild/protobuf";
import {
  RuleVerdictSchema,
  type ExplainSlotResponse,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { SlotRefusalSchema } from "@calends/contracts/calends/availability/v1/slots_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import type {
  AskedSlot,
  Availability,
  CallContext,
  FoundSlots,
  FreeCalendars,
  ReachedLimit,
  SlotQuestion,
} from "./availability.ts";
import { limitDayOf, type AppointmentType } from "./domain/appointment-type.ts";
import type { Booking } from "./domain/booking.ts";
import { instantsOf } from "./domain/limits.ts";
import { seatsLeft, type Session } from "./domain/session.ts";
import { bookedFields } from "./moving.ts";
import type { Store } from "./store/index.ts";
import { reachedSpans, type BookedDay } from "./store/reached-limits.ts";
import { findSessions, sessionOfLast } from "./store/sessions.ts";

/** What asking about slots works with. */
export interface SlotDeps {
  readonly store: Store;
  readonly availability: Availability;
}

/** A question about a type that is kept. */
export type TypeQuestion = SlotQuestion & {
  readonly appointmentTypeId: string;
  /** The booking that is being moved: it does not count towards limits, and its own session is none to go to. */
  readonly moves?: Pick<Booking, "id" | "sessionId" | "startsAt">;
  /** What is about to be booked of the type before what is asked about. */
  readonly planned?: readonly BookedDay[];
  /** Whether full sessions are listed where one can wait for a seat: for new bookings, not for those who look for a place. */
  readonly withWaitlists?: boolean;
};

/** What is asked of a type for a new booking of a length. */
export function questionOf(organizationId: string, type: AppointmentType, durationMs: number): TypeQuestion {
  return { organizationId, appointmentTypeId: type.id, fields: type.fields, durationMs };
}

/**
 * What is asked of a type for a booking that moves, whether starts are listed or one is checked: neither the booking, nor the
 * session that ends when it leaves, stands in its way.
 */
export async function movingQuestion(
  { store }: Pick<SlotDeps, "store">,
  organizationId: string,
  type: AppointmentType,
  booking: Booking,
): Promise<TypeQuestion> {
  const durationMs = booking.endsAt.getTime() - booking.startsAt.getTime();
  const fields = bookedFields(type, booking);
  const ignoreBookingId = (await sessionOfLast(store.db, organizationId, booking)) ?? booking.id;
  return { ...questionOf(organizationId, { ...type, fields }, durationMs), ignoreBookingId, moves: booking };
}

/** As many sessions as availability takes in one question. */
const maxSessions = 1_000;

/**
 * Lists the slots of a type in [fromMs, toMs): availability knows the hosts' time, booking what has been booked up. Group
 * sessions are listed while they have seats left, and where that is asked for also those where one can only wait.
 */
export async function typeSlots(
  deps: SlotDeps,
  question: TypeQuestion,
  fromMs: number,
  toMs: number,
  context: HandlerContext,
): Promise<FoundSlots> {
  const limits = await reachedLimits(deps, question, fromMs, toMs);
  const full = question.withWaitlists === true && question.fields.waitlist;
  const open = await openSessions(deps, question, { fromMs, toMs, full });
  const others = open.filter(({ id }) => id !== question.moves?.sessionId);
  const asked = { ...question, limits, sessions: others.map(askedSession) };
  const found = await deps.availability.findSlots(asked, fromMs, toMs, context);
  const waiting = new Set(others.filter(isFull).map(({ startsAt }) => startsAt.getTime()));
  const slots = found.slots
    .filter(({ startTime }) => timestampMs(must(startTime, "start_time")) !== seatOf(question))
    .map((slot) =>
      waiting.has(timestampMs(must(slot.startTime, "start_time"))) ? { ...slot, seatsLeft: 0, waitlist: true } : slot,
    );
  const { tzdbVersion, freshness } = found;
  return { slots, truncated: found.truncated || open.length === maxSessions, tzdbVersion, freshness };
}

/** A session as availability is asked about it: whether one can book it or wait for it, its host need not be free. */
function askedSession(session: Session) {
  return { startMs: session.startsAt.getTime(), seatsLeft: Math.max(1, seatsLeft(session)) };
}

function isFull(session: Session): boolean {
  return seatsLeft(session) <= 0;
}

/** Where a registration that moves has its seat: it cannot be moved to there. */
function seatOf({ moves }: TypeQuestion): number | undefined {
  return moves === undefined || moves.sessionId === null ? undefined : moves.startsAt.getTime();
}

/**
 * Throws the first reason against a start, or returns what is free then. Where a group's session begins then, its host need
 * not be free, whether or not it has a seat left: that is decided where a seat is taken.
 */
export async function checkStart(
  deps: SlotDeps,
  question: TypeQuestion,
  asked: AskedSlot,
  context: CallContext,
): Promise<FreeCalendars> {
  const { startMs } = asked;
  const limits = await reachedLimits(deps, question, startMs, startMs + 1);
  const find = () => openSessions(deps, question, { fromMs: startMs, toMs: startMs + 1, full: true });
  const check = async (session: Session | undefined): Promise<FreeCalendars> => {
    const known = { ...question, limits, sessions: session === undefined ? [] : [askedSession(session)] };
    const free = await deps.availability.checkSlot(known, asked, context);
    return session === undefined ? free : { ...free, sessionId: session.id };
  };
  const [session] = await find();
  return check(session).catch(async (error: unknown) => {
    // Somebody may have made the session in between, and availability may have heard of it: then its host is busy with it.
    const [made] = session === undefined ? await find() : [];
    if (made === undefined) {
      throw error;
    }
    return check(made);
  });
}

/** Names everything that allows or forbids a start, and says what booking it would do where a group's session is full. */
export async function explainStart(
  deps: SlotDeps,
  question: TypeQuestion,
  startMs: number,
  context: HandlerContext,
): Promise<ExplainedStart> {
  const limits = await reachedLimits(deps, question, startMs, startMs + 1);
  const open = await openSessions(deps, question, { fromMs: startMs, toMs: startMs + 1, full: true });
  const asked = { ...question, limits, sessions: open.map(askedSession) };
  const { available, rules, refusals } = await deps.availability.explainSlot(asked, startMs, context);
  const [session] = open;
  if (session === undefined) {
    return { available, rules, refusals, waitlist: false };
  }
  const isRefused = isFull(session) && !question.fields.waitlist;
  const verdict = { reason: Reason.SESSION_FULL, message: isFull(session) ? "every seat is taken" : "a seat is left" };
  return {
    available: available && !isRefused,
    rules: [...rules, create(RuleVerdictSchema, { ...verdict, allows: !isRefused })],
    refusals: isRefused ? [...refusals, create(SlotRefusalSchema, verdict)] : refusals,
    waitlist: available && isFull(session) && !isRefused,
  };
}

/** What is said of a start. */
type ExplainedStart = Pick<ExplainSlotResponse, "available" | "rules" | "refusals"> & {
  /** Whether to book it is to wait for a seat. */
  readonly waitlist: boolean;
};

/** The open sessions of a group in a range of starts, of the length that is asked for. */
async function openSessions(
  { store }: SlotDeps,
  { organizationId, appointmentTypeId, fields, durationMs }: TypeQuestion,
  { full, ...range }: { readonly fromMs: number; readonly toMs: number; readonly full: boolean },
): Promise<Session[]> {
  const calendarId = fields.hosts[0]?.calendarId;
  if (fields.category !== "group" || calendarId === undefined) {
    return [];
  }
  const filter = { appointmentTypeId, calendarId, durationMs, ...range };
  return findSessions(store.db, organizationId, filter, full, maxSessions);
}

/** The days, weeks and months around two instants in which the type takes no further booking of that length. */
export async function reachedLimits(
  { store }: Pick<SlotDeps, "store">,
  { fields, organizationId, appointmentTypeId, durationMs, planned, moves }: TypeQuestion,
  fromMs: number,
  toMs: number,
): Promise<ReachedLimit[]> {
  const dates = { from: limitDayOf(fields, fromMs), to: limitDayOf(fields, toMs) };
  const type = { id: appointmentTypeId, fields };
  const beside = { planned: planned ?? [], except: moves?.id ?? null };
  const reached = await reachedSpans(store.db, organizationId, type, dates, durationMs / 60_000, beside);
  return reached.map(({ limit, span, most }) => ({
    ...instantsOf(span, fields.timeZone),
    reason: limit.reason,
    limit: most,
  }));
}
