import { locationOf, limitDayOf, meetingUrlOf, type AppointmentType } from "./appointment-type.ts";
import {
  beginning,
  changed,
  ended,
  place,
  refuseUnless,
  type Booking,
  type BookingDraft,
  type Changed,
  type Placed,
} from "./booking.ts";
import { holdNotActive } from "./errors.ts";

/** The slot that is held, and for how long. */
export interface HoldDraft {
  readonly startMs: number;
  readonly durationMs: number;
  readonly lifetimeMs: number;
}

/** Keeps a slot for somebody who is not known yet. */
export function holdSlot(id: string, type: AppointmentType, asked: HoldDraft, placed: Placed, now: Date): Changed {
  const nobody = { name: "", email: "", timeZone: "", locale: "" };
  const { startMs, durationMs, lifetimeMs } = asked;
  const draft = { startMs, durationMs, booker: nobody, attendees: [], answers: [], slotToken: "" };
  const { booking } = place(id, type, { ...draft, externalId: null, linkId: null }, placed, now);
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const waitsForNothing = { requirement: null, requirementUntil: null };
  return { booking: { ...booking, ...waitsForNothing, status: "hold", expiresAt }, change: "held", reason: "" };
}

/** Makes a booking of a hold. Throws HOLD_NOT_ACTIVE where it has ended, or is of another slot than the draft. */
export function takeHold(hold: Booking, { id, fields }: AppointmentType, draft: BookingDraft, now: Date): Changed {
  if (hold.status !== "hold" || hold.expiresAt === null || hold.expiresAt <= now) {
    throw holdNotActive("the hold has ended");
  }
  const durationMs = hold.endsAt.getTime() - hold.startsAt.getTime();
  if (hold.appointmentTypeId !== id || hold.startsAt.getTime() !== draft.startMs || durationMs !== draft.durationMs) {
    throw holdNotActive("the hold is of another slot");
  }
  const { booker, attendees, answers, externalId, linkId } = draft;
  const values = {
    booker,
    attendees,
    answers,
    externalId,
    linkId,
    title: fields.name,
    location: locationOf(fields),
    meetingUrl: meetingUrlOf(fields),
    limitDay: limitDayOf(fields, draft.startMs),
    ...beginning(fields, now),
    expiresAt: null,
  };
  return changed(hold, "created", values, now);
}

/** Gives a held slot back. */
export function releaseHold(hold: Booking, now: Date): Changed {
  refuseUnless(hold, ["hold"], "only a hold can be released");
  return changed(hold, "cancelled", ended(hold, "Released"), now, "Released");
}

/** Ends a hold or an offer whose time is over, or the waiting for a session that has begun. */
export function expire(booking: Booking, now: Date): Changed {
  refuseUnless(booking, ["hold", "offered", "waitlisted"], "only a hold, an offer or waiting expires");
  const values = { ...ended(booking, "Expired"), offerExpired: booking.status === "offered" };
  return changed(booking, "expired", values, now, "Expired");
}

/** Whether a hold or an offer has run out, or the session that was waited for has begun. */
export function isExpired({ status, expiresAt, startsAt }: Booking, now: Date): boolean {
  if (status === "waitlisted") {
    return startsAt <= now;
  }
  return (status === "hold" || status === "offered") && expiresAt !== null && expiresAt <= now;
}
