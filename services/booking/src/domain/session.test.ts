import { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType, TypeFields } from "./appointment-type.ts";
import { allocationsOf, countsTowardsLimits } from "./allocations.ts";
import {
  cancel,
  complete,
  confirm,
  decline,
  markNoShow,
  place,
  reschedule,
  type Booking,
  type BookingStatus,
  type Changed,
} from "./booking.ts";
import { expire, holdSlot, isExpired, releaseHold, takeHold } from "./holds.ts";
import { accept, hasSeat, offer, wait } from "./session.ts";

const minuteMs = 60_000;
const start = Date.parse("2026-06-01T09:00:00Z");
const lifetimeMs = 60 * minuteMs;
const booker = { name: "G", email: "g@guest.example", timeZone: "", locale: "" };
const slot = { startMs: start, durationMs: 30 * minuteMs };
const draft = { ...slot, booker, attendees: [], answers: [], externalId: null, linkId: null, slotToken: "" };

function typeOf(changes: Partial<TypeFields>): AppointmentType {
  const at = new Date(0);
  return {
    id: "t",
    fields: { ...typeFields, ...changes },
    status: "active",
    version: 1n,
    createdAt: at,
    updatedAt: at,
  };
}

/** The ways of the contract, written again as a table; "start" stands for a status that a confirmation may follow. */
const ways: Readonly<Record<string, Partial<Record<BookingStatus, BookingStatus | "start">>>> = {
  take: { hold: "start" },
  release: { hold: "cancelled" },
  expire: { hold: "cancelled", offered: "cancelled", waitlisted: "cancelled" },
  offer: { waitlisted: "offered" },
  accept: { offered: "start" },
  confirm: { pending: "confirmed" },
  decline: { pending: "cancelled" },
  cancel: { pending: "cancelled", confirmed: "cancelled", waitlisted: "cancelled", offered: "cancelled" },
  reschedule: { pending: "pending", confirmed: "confirmed" },
  complete: { confirmed: "completed" },
  markNoShow: { confirmed: "no_show" },
};

type Act = (booking: Booking, type: AppointmentType, now: Date) => Changed;

const acts: Readonly<Record<string, Act>> = {
  take: (booking, type, now) => takeHold(booking, type, draft, now),
  release: (booking, _, now) => releaseHold(booking, now),
  expire: (booking, _, now) => expire(booking, now),
  offer: (booking, _, now) => offer(booking, lifetimeMs, now),
  accept: (booking, { fields }, now) => accept(booking, fields, now),
  confirm: (booking, _, now) => confirm(booking, now),
  decline: (booking, _, now) => decline(booking, "why", now),
  cancel: (booking, _, now) => cancel(booking, "why", now),
  reschedule: (booking, _, now) => reschedule(booking, booking.startsAt.getTime(), "2026-06-01", "", now),
  complete: (booking, _, now) => complete(booking, now),
  markNoShow: (booking, _, now) => markNoShow(booking, now),
};

function begin(kind: "hold" | "seat" | "waiting", type: AppointmentType, now: Date): Booking {
  const placed = { hosts: type.fields.hosts, ...(kind === "hold" ? {} : { sessionId: "s" }) };
  const made =
    kind === "hold" ? holdSlot("b", type, { ...slot, lifetimeMs }, placed, now) : place("b", type, draft, placed, now);
  return (kind === "waiting" ? wait(made, 7n) : made).booking;
}

function attempt(act: Act, booking: Booking, type: AppointmentType, now: Date): Booking | string {
  try {
    return act(booking, type, now).booking;
  } catch (error) {
    return error instanceof DomainError ? error.reason : String(error);
  }
}

/** Whether time forbids what the status would allow. */
function isUntimely(name: string, { startsAt, expiresAt }: Booking, now: Date): boolean {
  const over = expiresAt !== null && expiresAt <= now;
  return (
    ((name === "complete" || name === "markNoShow") && now < startsAt) ||
    (name === "confirm" && now >= startsAt) ||
    ((name === "take" || name === "accept") && over)
  );
}

describe("over random histories of holds, seats and waiting", () => {
  const histories = fc.record({
    kind: fc.constantFrom("hold" as const, "seat" as const, "waiting" as const),
    requiresConfirmation: fc.boolean(),
    steps: fc.array(fc.record({ name: fc.constantFrom(...Object.keys(acts)), waitMinutes: fc.nat(240) }), {
      maxLength: 15,
    }),
  });

  /** Runs a history; calls back with each booking, and what became of each step. */
  function run(
    { kind, requiresConfirmation, steps }: typeof histories extends fc.Arbitrary<infer T> ? T : never,
    see: (before: Booking, name: string, result: Booking | string, now: Date) => void,
  ): void {
    const type = typeOf({ requiresConfirmation });
    let now = new Date(start - 600 * minuteMs);
    let booking = begin(kind, type, now);
    for (const { name, waitMinutes } of steps) {
      now = new Date(now.getTime() + waitMinutes * minuteMs);
      const result = attempt(must(acts[name], name), booking, type, now);
      see(booking, name, result, now);
      booking = typeof result === "string" ? booking : result;
    }
  }

  test("a booking goes only the ways there are, at their time, and each change makes the next version", () => {
    fc.assert(
      fc.property(histories, (history) => {
        run(history, (before, name, result, now) => {
          const way = ways[name]?.[before.status];
          const first = history.requiresConfirmation ? "pending" : "confirmed";
          const expected =
            way === undefined || isUntimely(name, before, now) ? undefined : way === "start" ? first : way;
          expect(typeof result === "string" ? undefined : result.status).toBe(expected);
          expect(typeof result === "string" || result.version === before.version + 1n).toBe(true);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test("only holds and offers have an end, an offer never beyond the start, and both expire exactly at it", () => {
    fc.assert(
      fc.property(histories, (history) => {
        run(history, (_, name, result, now) => {
          if (typeof result === "string") {
            return;
          }
          expect(result.expiresAt !== null).toBe(result.status === "hold" || result.status === "offered");
          const endMs = result.expiresAt?.getTime() ?? Number.NaN;
          const ofOffer = Math.min(now.getTime() + lifetimeMs, start);
          expect(name !== "offer" || endMs === ofOffer).toBe(true);
          expect(Number.isNaN(endMs) || !isExpired(result, new Date(endMs - 1))).toBe(true);
          expect(Number.isNaN(endMs) || isExpired(result, new Date(endMs))).toBe(true);
        });
      }),
    );
  });

  test("a registration never takes its host's time, and has a seat exactly while it neither waits nor is cancelled", () => {
    fc.assert(
      fc.property(histories, (history) => {
        run(history, (_, __, result) => {
          if (typeof result === "string") {
            return;
          }
          const { sessionId, status } = result;
          expect(allocationsOf(result)).toHaveLength(sessionId === null ? 1 : 0);
          expect(hasSeat(result)).toBe(sessionId !== null && status !== "waitlisted" && status !== "cancelled");
          expect(countsTowardsLimits(result)).toBe(status !== "waitlisted" && status !== "cancelled");
        });
      }),
    );
  });
});

test("an offer that ran out is refused as such, whether or not somebody has ended it", () => {
  const type = typeOf({});
  const waiting = begin("waiting", type, new Date(start - 600 * minuteMs));
  const offered = offer(waiting, lifetimeMs, new Date(start - 500 * minuteMs)).booking;
  const late = new Date(start - 440 * minuteMs);
  expect(attempt((booking, { fields }) => accept(booking, fields, late), offered, type, late)).toBe("OFFER_EXPIRED");
  const ended = expire(offered, late).booking;
  expect(attempt((booking, { fields }) => accept(booking, fields, late), ended, type, late)).toBe("OFFER_EXPIRED");
});

test("what somebody cancelled is no offer that ran out, whatever the reason says", () => {
  const type = typeOf({});
  const waiting = begin("waiting", type, new Date(start - 600 * minuteMs));
  const offered = offer(waiting, lifetimeMs, new Date(start - 500 * minuteMs)).booking;
  const now = new Date(start - 490 * minuteMs);
  const ended = cancel(offered, "Expired", now).booking;
  expect(attempt((booking, { fields }) => accept(booking, fields, now), ended, type, now)).toBe("BOOKING_STATUS");
  expect(ended.waitlistPosition).toBe(0n);
});

test("a meeting that took place keeps its seats", () => {
  const type = typeOf({});
  const seated = begin("seat", type, new Date(start - minuteMs));
  expect(hasSeat(complete(seated, new Date(start)).booking)).toBe(true);
  expect(hasSeat(markNoShow(seated, new Date(start)).booking)).toBe(true);
});
