import type { Slot } from "@calends/contracts/calends/availability/v1/slots_pb";
import type { HandlerContext } from "@connectrpc/connect";
import type { AskedSlot, CallContext, FreeCalendars, ReachedLimit, SlotQuestion } from "../availability.ts";
import { limitDayOf } from "../domain/appointment-type.ts";
import { instantsOf } from "../domain/limits.ts";
import { seatsLeft, type Session } from "../domain/session.ts";
import { reachedSpans, type BookedDay } from "../store/limits.ts";
import { findSessions } from "../store/sessions.ts";
import type { Deps } from "./deps.ts";

/** A question about a type that is kept. */
export type TypeQuestion = SlotQuestion & {
  readonly appointmentTypeId: string;
  /** What is about to be booked of the type before what is asked about. */
  readonly planned?: readonly BookedDay[];
};

/** As many sessions as availability takes in one question. */
const maxSessions = 1_000;

/**
 * Lists the slots of a type in [fromMs, toMs): availability knows the hosts' time, booking what has been booked up. Group
 * sessions are listed while they have seats left, and not where one can only wait.
 */
export async function typeSlots(
  deps: Deps,
  question: TypeQuestion,
  fromMs: number,
  toMs: number,
  context: HandlerContext,
): Promise<{ slots: Slot[]; truncated: boolean }> {
  const limits = await reachedLimits(deps, question, fromMs, toMs);
  const open = await openSessions(deps, question, { fromMs, toMs, full: false });
  const sessions = open.map((session) => ({ startMs: session.startsAt.getTime(), seatsLeft: seatsLeft(session) }));
  const found = await deps.availability.findSlots({ ...question, limits, sessions }, fromMs, toMs, context);
  return { slots: found.slots, truncated: found.truncated || open.length === maxSessions };
}

/**
 * Throws the first reason against a start, or returns what is free then. Where a group's session begins then, its host need
 * not be free, whether or not it has a seat left: that is decided where a seat is taken.
 */
export async function checkStart(
  deps: Pick<Deps, "store" | "availability">,
  question: TypeQuestion,
  asked: AskedSlot,
  context: CallContext,
): Promise<FreeCalendars> {
  const { startMs } = asked;
  const find = () => openSessions(deps, question, { fromMs: startMs, toMs: startMs + 1, full: true });
  const check = async (session: Session | undefined): Promise<FreeCalendars> => {
    const sessions = session === undefined ? [] : [{ startMs, seatsLeft: Math.max(1, seatsLeft(session)) }];
    const free = await deps.availability.checkSlot({ ...question, sessions }, asked, context);
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

/** The open sessions of a group in a range of starts, of the length that is asked for. */
export async function openSessions(
  { store }: Pick<Deps, "store">,
  { organizationId, appointmentTypeId, fields, durationMs }: TypeQuestion,
  { full, ...range }: { readonly fromMs: number; readonly toMs: number; readonly full: boolean },
): Promise<Session[]> {
  const calendarId = fields.hosts[0]?.calendarId;
  if (fields.category !== "group" || calendarId === undefined) {
    return [];
  }
  return findSessions(
    store.db,
    organizationId,
    { appointmentTypeId, calendarId, durationMs, ...range },
    full,
    maxSessions,
  );
}

/** The days, weeks and months around two instants in which the type takes no further booking of that length. */
export async function reachedLimits(
  { store }: Pick<Deps, "store">,
  { fields, organizationId, appointmentTypeId, durationMs, planned }: TypeQuestion,
  fromMs: number,
  toMs: number,
): Promise<ReachedLimit[]> {
  const dates = { from: limitDayOf(fields, fromMs), to: limitDayOf(fields, toMs) };
  const type = { id: appointmentTypeId, fields };
  const reached = await reachedSpans(store.db, organizationId, type, dates, durationMs / 60_000, planned);
  return reached.map(({ limit, span }) => ({
    ...instantsOf(span, fields.timeZone),
    reason: limit.reason,
    limit: limit.maxBookings > 0 ? limit.maxBookings : limit.maxMinutes,
  }));
}
