import { DomainError } from "@calends/kit/domain-error";
import fc from "fast-check";
import { expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { ChangePolicy } from "./appointment-type.ts";
import { place, reschedule, type Booking } from "./booking.ts";
import { refuseCancel, refuseReschedule } from "./policy.ts";

const minuteMs = 60_000;
const start = Date.parse("2026-06-01T09:00:00Z");

function booked(changes: Partial<Booking> = {}): Booking {
  const booker = { name: "G", email: "g@guest.example", timeZone: "", locale: "" };
  const draft = { booker, attendees: [], answers: [], externalId: null, linkId: null, slotToken: "" };
  const at = new Date(0);
  const type = { id: "t", fields: typeFields, status: "active" as const, version: 1n, createdAt: at, updatedAt: at };
  const slot = { startMs: start, durationMs: 30 * minuteMs };
  const { booking } = place("b", type, { ...draft, ...slot }, { hosts: typeFields.hosts }, at);
  return { ...booking, ...changes };
}

/** The rule that a refusal names; "allowed" where there is none. */
function ruleOf(attempt: () => void): string {
  try {
    attempt();
    return "allowed";
  } catch (error) {
    return error instanceof DomainError ? String(error.metadata["rule"]) : String(error);
  }
}

const notice = fc.integer({ min: 0, max: 2_880 }).map((minutes) => minutes * minuteMs);
const policies: fc.Arbitrary<ChangePolicy> = fc.record({
  cancelNoticeMs: notice,
  rescheduleNoticeMs: notice,
  maxReschedules: fc.integer({ min: 0, max: 4 }),
  noCancel: fc.boolean(),
  noReschedule: fc.boolean(),
});

test("over random histories of moves: a move is allowed exactly while its rule, its notice and its count leave room", () => {
  const moves = fc.array(fc.record({ afterMinutes: fc.nat(600), byMinutes: fc.integer({ min: -600, max: 2_880 }) }), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(policies, moves, (policy, history) => {
      let booking = booked();
      let nowMs = start - 3 * 1_440 * minuteMs;
      let moved = 0;
      for (const { afterMinutes, byMinutes } of history) {
        nowMs += afterMinutes * minuteMs;
        const leftMs = booking.startsAt.getTime() - nowMs;
        const used = policy.maxReschedules > 0 && moved >= policy.maxReschedules;
        const late = policy.rescheduleNoticeMs > 0 && leftMs < policy.rescheduleNoticeMs;
        const first = [policy.noReschedule && "no_reschedule", late && "reschedule_notice", used && "max_reschedules"];
        const rule = ruleOf(() => refuseReschedule(policy, booking, new Date(nowMs)));
        expect(rule).toBe(first.find((name) => name !== false) ?? "allowed");
        if (rule === "allowed") {
          const startMs = booking.startsAt.getTime() + byMinutes * minuteMs;
          booking = reschedule(booking, startMs, "2026-06-01", "", new Date(nowMs)).booking;
          moved += 1;
        }
      }
    }),
  );
});

test("it can be cancelled exactly where that is not forbidden and the notice is kept, to the millisecond", () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: -5_000, max: 200_000_000 }), (policy, beforeMs) => {
      const rule = ruleOf(() => refuseCancel(policy, booked(), new Date(start - beforeMs)));
      const late = beforeMs < policy.cancelNoticeMs ? "cancel_notice" : "allowed";
      expect(rule).toBe(policy.noCancel ? "no_cancel" : late);
    }),
  );
});

test("who only waits for a seat, or has been offered one, may leave whatever the policy says", () => {
  fc.assert(
    fc.property(policies, fc.constantFrom("waitlisted" as const, "offered" as const), (policy, status) => {
      expect(ruleOf(() => refuseCancel(policy, booked({ status, sessionId: "s" }), new Date(start)))).toBe("allowed");
    }),
  );
});
