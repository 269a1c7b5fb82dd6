import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType, TypeFields } from "./appointment-type.ts";
import { allocationsOf } from "./allocations.ts";
import {
  cancel,
  complete,
  confirm,
  decline,
  isActive,
  markNoShow,
  place,
  refuseUnchangeable,
  reschedule,
  type Booking,
  type BookingStatus,
  type Changed,
} from "./booking.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const start = Date.parse("2026-06-01T09:00:00Z");

function typeOf(changes: Partial<TypeFields>): AppointmentType {
  const at = new Date(start - dayMs);
  return {
    id: "t",
    fields: {
      ...typeFields,
      timeZone: "Pacific/Auckland",
      bufferBeforeMs: 5 * minuteMs,
      bufferAfterMs: 10 * minuteMs,
      ...changes,
    },
    status: "active",
    version: 1n,
    createdAt: at,
    updatedAt: at,
  };
}

function placed(changes: Partial<TypeFields> = {}): Changed {
  const booker = { name: "G", email: "g@guest.example", timeZone: "", locale: "" };
  const draft = {
    startMs: start,
    durationMs: 30 * minuteMs,
    booker,
    attendees: [],
    answers: [],
    externalId: null,
    linkId: null,
    slotToken: "",
  };
  const type = typeOf(changes);
  return place("id", type, draft, { hosts: type.fields.hosts }, new Date(start - dayMs));
}

type Step = "confirm" | "decline" | "cancel" | "reschedule" | "complete" | "markNoShow";

/** The ways of FEATURES.md, written again as a table. */
const ways: Readonly<Record<Step, Partial<Record<BookingStatus, BookingStatus>>>> = {
  confirm: { pending: "confirmed" },
  decline: { pending: "cancelled" },
  cancel: { pending: "cancelled", confirmed: "cancelled" },
  reschedule: { pending: "pending", confirmed: "confirmed" },
  complete: { confirmed: "completed" },
  markNoShow: { confirmed: "no_show" },
};

const needsBegun = new Set<Step>(["complete", "markNoShow"]);
const bumpsSequence = new Set<Step>(["decline", "cancel", "reschedule"]);

const changeOf = {
  confirm: "confirmed",
  decline: "declined",
  cancel: "cancelled",
  reschedule: "rescheduled",
  complete: "completed",
  markNoShow: "no_show",
} as const;

/** What a booking is after a step that its status allows. */
function expected(booking: Booking, step: Step, status: BookingStatus, now: Date, startMs: number): Booking {
  const moved = { startsAt: new Date(startMs), endsAt: new Date(startMs + 30 * minuteMs), limitDay: "2026-06-09" };
  return {
    ...booking,
    ...(step === "reschedule" ? moved : {}),
    status,
    cancellationReason: status === "cancelled" ? "why" : "",
    version: booking.version + 1n,
    sequence: booking.sequence + (bumpsSequence.has(step) ? 1 : 0),
    rescheduleCount: booking.rescheduleCount + (step === "reschedule" ? 1 : 0),
    updatedAt: now,
  };
}

const steps: Readonly<Record<Step, (booking: Booking, now: Date, startMs: number) => Changed>> = {
  confirm,
  decline: (booking, now) => decline(booking, "why", now),
  cancel: (booking, now) => cancel(booking, "why", now),
  reschedule: (booking, now, startMs) => reschedule(booking, startMs, "2026-06-09", "why", now),
  complete,
  markNoShow,
};

function attempt(step: Step, booking: Booking, now: Date, startMs: number): Changed | string {
  try {
    return steps[step](booking, now, startMs);
  } catch (error) {
    return error instanceof DomainError ? error.reason : String(error);
  }
}

describe("over random histories", () => {
  const anyStep = fc.constantFrom<Step>("confirm", "decline", "cancel", "reschedule", "complete", "markNoShow");
  const history = fc.array(
    fc.tuple(anyStep, fc.integer({ min: 0, max: 3 * 1440 }), fc.integer({ min: -1440, max: 4320 })),
    {
      maxLength: 12,
    },
  );

  test("a booking goes only the ways there are, and each change makes the next version", () => {
    fc.assert(
      fc.property(fc.boolean(), history, (requiresConfirmation, changes) => {
        let { booking } = placed({ requiresConfirmation });
        expect(booking).toMatchObject({
          status: requiresConfirmation ? "pending" : "confirmed",
          version: 1n,
          sequence: 0,
        });
        let now = new Date(start - dayMs);
        for (const [step, waitMinutes, moveMinutes] of changes) {
          now = new Date(now.getTime() + waitMinutes * minuteMs);
          const startMs = start + moveMinutes * minuteMs;
          const untimely = needsBegun.has(step)
            ? now < booking.startsAt
            : step === "confirm" && now >= booking.startsAt;
          const status = untimely ? undefined : ways[step][booking.status];
          const result = attempt(step, booking, now, startMs);
          const seen = typeof result === "string" ? result : result.change;
          expect(seen).toBe(status === undefined ? "BOOKING_STATUS" : changeOf[step]);
          const after = typeof result === "string" ? booking : result.booking;
          expect(after).toEqual(status === undefined ? booking : expected(booking, step, status, now, startMs));
          booking = after;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("an ended booking is never active again, and an active one takes its hosts' time with both buffers", () => {
    fc.assert(
      fc.property(history, (changes) => {
        let { booking } = placed({ requiresConfirmation: true });
        let ended = false;
        for (const [step, , moveMinutes] of changes) {
          const result = attempt(step, booking, new Date(start + dayMs * 4), start + moveMinutes * minuteMs);
          booking = typeof result === "string" ? booking : result.booking;
          expect(ended && isActive(booking)).toBe(false);
          ended ||= !isActive(booking);
          const from = new Date(booking.startsAt.getTime() - 5 * minuteMs);
          const to = new Date(booking.endsAt.getTime() + 10 * minuteMs);
          expect(allocationsOf(booking)).toEqual([
            { calendarId: "c", startsAt: from, endsAt: to, active: isActive(booking) },
          ]);
        }
      }),
    );
  });
});

describe("a new booking", () => {
  test("counts on the local day of its type's zone", () => {
    expect(placed().booking.limitDay).toBe("2026-06-01");
    expect(placed({ timeZone: "America/Los_Angeles" }).booking.limitDay).toBe("2026-06-01");
    expect(placed({ timeZone: "Pacific/Honolulu" }).booking.limitDay).toBe("2026-05-31");
  });

  test("takes each host's time once, in the order of their calendars, so that racing bookings lock in one order", () => {
    const hosts = ["c", "a", "b"].map((calendarId) => ({ ...typeFields.hosts[0], calendarId }));
    expect(allocationsOf(placed({ hosts }).booking).map(({ calendarId }) => calendarId)).toEqual(["a", "b", "c"]);
  });

  test("meets where its type says", () => {
    const video = { locationMode: "video", videoLink: "https://meet.example/x" } as const;
    expect(placed(video).booking).toMatchObject({ location: "Video call", meetingUrl: "https://meet.example/x" });
    expect(placed({ locationMode: "in_person", locationText: "Room 1" }).booking).toMatchObject({
      location: "Room 1",
      meetingUrl: "",
    });
  });
});

test("a booker may change a booking until it begins, and not from that instant on", () => {
  const { booking } = placed();
  expect(() => refuseUnchangeable(booking, new Date(start - 1))).not.toThrow();
  expect(() => refuseUnchangeable(booking, new Date(start))).toThrow(DomainError);
  expect(() => refuseUnchangeable(cancel(booking, "", new Date(0)).booking, new Date(0))).toThrow(DomainError);
});
