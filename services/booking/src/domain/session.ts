import type { TypeFields } from "./appointment-type.ts";
import { changed, refuseUnless, type Booking, type Changed } from "./booking.ts";
import { offerExpired } from "./errors.ts";

/** A meeting of a group: made by its first registration, ended with its last. */
export interface Session {
  readonly id: string;
  readonly appointmentTypeId: string;
  readonly calendarId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Seats, as the type had when the session was made. */
  readonly capacity: number;
  /** Seats of registrations that stand and of offers. */
  readonly taken: number;
  readonly place: string;
  readonly status: "open" | "cancelled";
  /** Grows when it is made and when it ends, not with its seats. */
  readonly version: bigint;
  readonly updatedAt: Date;
}

/** What tells one open session from another. */
export type SessionKey = Pick<Session, "appointmentTypeId" | "calendarId" | "startsAt" | "endsAt">;

/** Seats that are left. */
export function seatsLeft({ capacity, taken }: Pick<Session, "capacity" | "taken">): number {
  return capacity - taken;
}

/** Whether a booking has a seat of its session. A meeting that took place keeps its seats. */
export function hasSeat({ sessionId, status }: Booking): boolean {
  return sessionId !== null && status !== "waitlisted" && status !== "cancelled";
}

/** Makes a new registration wait for a seat. */
export function wait({ booking }: Changed, waitlistPosition: bigint): Changed {
  return { booking: { ...booking, status: "waitlisted", waitlistPosition }, change: "waitlisted", reason: "" };
}

/** Offers a seat to who waits: for a while, but not beyond the start. */
export function offer(booking: Booking, lifetimeMs: number, now: Date): Changed {
  refuseUnless(booking, ["waitlisted"], "only who waits is offered a seat");
  const expiresAt = new Date(Math.min(now.getTime() + lifetimeMs, booking.startsAt.getTime()));
  return changed(booking, "offered", { status: "offered", expiresAt }, now);
}

/** Takes an offered seat. Throws OFFER_EXPIRED where the offer has run out, whether or not it has been ended since. */
export function accept(booking: Booking, { requiresConfirmation }: TypeFields, now: Date): Changed {
  if (
    booking.offerExpired ||
    (booking.status === "offered" && booking.expiresAt !== null && booking.expiresAt <= now)
  ) {
    throw offerExpired();
  }
  refuseUnless(booking, ["offered"], "no seat has been offered");
  const status = requiresConfirmation ? ("pending" as const) : ("confirmed" as const);
  return changed(booking, "accepted", { status, expiresAt: null, waitlistPosition: 0n }, now);
}
