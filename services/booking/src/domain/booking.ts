import { wrongStatus } from "./errors.ts";
import {
  limitDayOf,
  locationOf,
  meetingUrlOf,
  type AppointmentType,
  type Host,
  type TypeFields,
} from "./appointment-type.ts";
import type { Answer } from "./booking-link.ts";

/**
 * Where a booking stands: hold → pending, confirmed, cancelled; pending → confirmed, cancelled; confirmed → completed,
 * no_show, cancelled. Of a group also waitlisted → offered, cancelled; offered → pending, confirmed, cancelled.
 */
export type BookingStatus =
  | "hold"
  | "waitlisted"
  | "offered"
  | "pending"
  | "confirmed"
  | "completed"
  | "cancelled"
  | "no_show";

/** What happened to a booking. */
export type BookingChange =
  | "created"
  | "confirmed"
  | "declined"
  | "rescheduled"
  | "cancelled"
  | "completed"
  | "no_show"
  | "held"
  | "expired"
  | "waitlisted"
  | "offered"
  | "accepted"
  | "requirement_met"
  | "booker_confirmed"
  | "link_renewed"
  | "restored";

/** A booker or an attendee. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly locale: string;
}

/** One appointment. */
export interface Booking {
  readonly id: string;
  readonly appointmentTypeId: string;
  readonly linkId: string | null;
  readonly title: string;
  readonly status: BookingStatus;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The local day on which it counts towards the type's daily limit. */
  readonly limitDay: string;
  readonly hosts: readonly Host[];
  readonly booker: Person;
  readonly attendees: readonly Person[];
  readonly answers: readonly Answer[];
  readonly location: string;
  readonly meetingUrl: string;
  readonly externalId: string | null;
  readonly cancellationReason: string;
  readonly bufferBeforeMs: number;
  readonly bufferAfterMs: number;
  readonly setUpMs: number;
  readonly cleanUpMs: number;
  /** Empty where nobody has to travel. */
  readonly place: string;
  /** When a hold or an offer ends by itself; null for others. */
  readonly expiresAt: Date | null;
  /** The group session it has a seat of, or waits for; null for other categories. */
  readonly sessionId: string | null;
  /** 0 where it neither waits for a seat nor has been offered one. */
  readonly waitlistPosition: bigint;
  /** Whether it ended as an offer that nobody accepted in time. */
  readonly offerExpired: boolean;
  /** The series it is an occurrence of; null for others. */
  readonly seriesId: string | null;
  /** The occurrence's original start; null for others. */
  readonly recurrenceId: Date | null;
  /** The outside condition on which it waits, and until when; both null when it waits for none. */
  readonly requirement: string | null;
  readonly requirementUntil: Date | null;
  readonly rescheduleCount: number;
  /** Whether it was booked by a link, and nobody has answered yet the mail to the booker's address. */
  readonly bookerUnconfirmed: boolean;
  /** Calendars beside the hosts' that it takes: the members of bundles among them. */
  readonly bundleMemberIds: readonly string[];
  /** Of the hosts that are bundles, the primary members: it is shown on their calendars as well. */
  readonly bundlePrimaryIds: readonly string[];
  /** The hosts to which a routing form led; none means all of its type. */
  readonly routedCalendarIds: readonly string[];
  readonly version: bigint;
  /** RFC 5545 SEQUENCE. */
  readonly sequence: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A booking after a change, and what changed. */
export interface Changed {
  readonly booking: Booking;
  readonly change: BookingChange;
  readonly reason: string;
  /** Where it stood before; absent for a new one. */
  readonly statusBefore?: BookingStatus;
  /** When it was before, and of which session; absent where it was not moved. */
  readonly left?: Pick<Booking, "startsAt" | "endsAt" | "sessionId">;
  /** Whether its booker did it by a signed link; absent where somebody else did. */
  readonly byBooker?: boolean;
}

/** What a booker says of a booking. */
export interface BookingDraft {
  readonly startMs: number;
  readonly durationMs: number;
  readonly booker: Person;
  readonly attendees: readonly Person[];
  readonly answers: readonly Answer[];
  readonly externalId: string | null;
  readonly linkId: string | null;
  /** Whether the booker's address has yet to answer; absent where it need not. */
  readonly bookerUnconfirmed?: boolean;
  /** The hosts to which a routing form led; absent for all of the type. */
  readonly routedCalendarIds?: readonly string[];
  /** The token under which the slot was listed; empty for none. */
  readonly slotToken: string;
}

/** What a booking is besides what the booker says of it; all but the hosts may be left out. */
export interface Placed {
  readonly hosts: readonly Host[];
  readonly bundleMemberIds?: readonly string[];
  readonly bundlePrimaryIds?: readonly string[];
  readonly sessionId?: string;
  readonly seriesId?: string;
  readonly recurrenceId?: Date;
}

/** Makes a booking of a type: confirmed, or pending where a host has to confirm. */
export function place(
  id: string,
  { id: appointmentTypeId, fields }: AppointmentType,
  draft: BookingDraft,
  placed: Placed,
  now: Date,
): Changed {
  const { startMs, durationMs, slotToken: _, ...rest } = draft;
  const booking: Booking = {
    id,
    appointmentTypeId,
    ...rest,
    title: fields.name,
    ...beginning(fields, now),
    startsAt: new Date(startMs),
    endsAt: new Date(startMs + durationMs),
    limitDay: limitDayOf(fields, startMs),
    hosts: placed.hosts,
    bundleMemberIds: placed.bundleMemberIds ?? [],
    bundlePrimaryIds: placed.bundlePrimaryIds ?? [],
    routedCalendarIds: draft.routedCalendarIds ?? [],
    sessionId: placed.sessionId ?? null,
    seriesId: placed.seriesId ?? null,
    recurrenceId: placed.recurrenceId ?? null,
    expiresAt: null,
    waitlistPosition: 0n,
    offerExpired: false,
    rescheduleCount: 0,
    bookerUnconfirmed: draft.bookerUnconfirmed ?? false,
    location: locationOf(fields),
    meetingUrl: meetingUrlOf(fields),
    cancellationReason: "",
    bufferBeforeMs: fields.bufferBeforeMs,
    bufferAfterMs: fields.bufferAfterMs,
    setUpMs: fields.setUpMs,
    cleanUpMs: fields.cleanUpMs,
    place: fields.place,
    version: 1n,
    sequence: 0,
    createdAt: now,
    updatedAt: now,
  };
  return { booking, change: "created", reason: "" };
}

/** How a booking begins: confirmed, or pending where a host has to confirm or an outside condition has to be met. */
export function beginning(
  { requiresConfirmation, requirement }: TypeFields,
  now: Date,
): Pick<Booking, "status" | "requirement" | "requirementUntil"> {
  const until = requirement === null ? null : new Date(now.getTime() + requirement.timeLimitMs);
  const status = requiresConfirmation || requirement !== null ? "pending" : "confirmed";
  return { status, requirement: requirement?.name ?? null, requirementUntil: until };
}

/** A host confirms a pending booking, before it begins. */
export function confirm(booking: Booking, now: Date): Changed {
  refuseUnless(booking, ["pending"], "only a pending booking can be confirmed");
  if (booking.startsAt <= now) {
    throw wrongStatus(booking.status, "nobody confirmed the booking before its start");
  }
  if (booking.requirement !== null) {
    throw wrongStatus(booking.status, `the booking waits for ${booking.requirement}`);
  }
  return changed(booking, "confirmed", { status: "confirmed" }, now);
}

/** A host declines a pending booking. */
export function decline(booking: Booking, reason: string, now: Date): Changed {
  refuseUnless(booking, ["pending"], "only a pending booking can be declined");
  return changed(booking, "declined", ended(booking, reason), now, reason);
}

/** The booker's address has answered. Throws where the booking is over. */
export function confirmBooker(booking: Booking, now: Date): Changed {
  refuseUnless(booking, cancellable, "the booking is over");
  return changed(booking, "booker_confirmed", { bookerUnconfirmed: false }, now);
}

const cancellable = ["pending", "confirmed", "waitlisted", "offered"] as const;

/** Either side cancels. */
export function cancel(booking: Booking, reason: string, now: Date): Changed {
  refuseUnless(booking, cancellable, "only a booking that is to come can be cancelled");
  return changed(booking, "cancelled", ended(booking, reason), now, reason);
}

/** Moves a booking; its length stays. */
export function reschedule(booking: Booking, startMs: number, limitDay: string, reason: string, now: Date): Changed {
  refuseUnmovable(booking);
  const durationMs = booking.endsAt.getTime() - booking.startsAt.getTime();
  const times = { startsAt: new Date(startMs), endsAt: new Date(startMs + durationMs), limitDay };
  const counts = { sequence: booking.sequence + 1, rescheduleCount: booking.rescheduleCount + 1 };
  const { startsAt, endsAt, sessionId } = booking;
  const left = { startsAt, endsAt, sessionId };
  return { ...changed(booking, "rescheduled", { ...times, ...counts }, now, reason), left };
}

/** Throws BOOKING_STATUS where a booking stands so that nobody can move it. */
export function refuseUnmovable(booking: Booking): void {
  refuseUnless(booking, ["pending", "confirmed"], "only a pending or confirmed booking can be moved");
}

/** The meeting took place. */
export function complete(booking: Booking, now: Date): Changed {
  refuseUnless(booking, ["confirmed"], "only a confirmed booking can be completed");
  refuseBeforeStart(booking, now);
  return changed(booking, "completed", { status: "completed" }, now);
}

/** The booker did not come. */
export function markNoShow(booking: Booking, now: Date): Changed {
  refuseUnless(booking, ["confirmed"], "only a confirmed booking can be marked as a no-show");
  refuseBeforeStart(booking, now);
  return changed(booking, "no_show", { status: "no_show" }, now);
}

/** The booker gets a new manage link. Nothing else of the booking changes. */
export function renewLink(booking: Booking, now: Date): Changed {
  return changed(booking, "link_renewed", {}, now);
}

/** Whether a booking is going to take place, as far as is known. */
export function isActive({ status }: Booking): boolean {
  return status === "pending" || status === "confirmed";
}

/** Whether a calendar is that of one of its hosts. */
export function isHostedBy({ hosts }: Booking, calendarId: string): boolean {
  return hosts.some((host) => host.calendarId === calendarId);
}

/** Throws unless a booker may still move it, as far as its status and start say. */
export function refuseUnchangeable(booking: Booking, now: Date): void {
  if (!isActive(booking) || booking.startsAt <= now) {
    throw wrongStatus(booking.status, "the booking can no longer be changed");
  }
}

/** Throws unless a booker may still leave it: also who only waits for a seat, or has been offered one. */
export function refuseUncancellable({ status, startsAt }: Booking, now: Date): void {
  if (!cancellable.some((one) => one === status) || startsAt <= now) {
    throw wrongStatus(status, "the booking can no longer be cancelled");
  }
}

/** A booking with new values, its version grown by one. */
export function changed(
  booking: Booking,
  change: BookingChange,
  values: Partial<Booking>,
  now: Date,
  reason = "",
): Changed {
  const after = { ...booking, ...values, version: booking.version + 1n, updatedAt: now };
  return { booking: after, change, reason, statusBefore: booking.status };
}

/** What makes a booking a cancelled one. */
export function ended(booking: Booking, cancellationReason: string): Partial<Booking> {
  return {
    status: "cancelled",
    cancellationReason,
    expiresAt: null,
    waitlistPosition: 0n,
    requirement: null,
    requirementUntil: null,
    sequence: booking.sequence + 1,
  };
}

/** Throws BOOKING_STATUS unless a booking stands where it has to. */
export function refuseUnless({ status }: Booking, allowed: readonly BookingStatus[], why: string): void {
  if (!allowed.includes(status)) {
    throw wrongStatus(status, why);
  }
}

function refuseBeforeStart({ startsAt, status }: Booking, now: Date): void {
  if (now < startsAt) {
    throw wrongStatus(status, "the booking has not begun");
  }
}
