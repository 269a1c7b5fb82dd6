import { DomainError } from "@calends/kit/domain-error";
import { expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { TypeFields } from "./appointment-type.ts";
import { confirm, place, type Booking } from "./booking.ts";
import { isLapsed, lapse, meetRequirement } from "./requirement.ts";

const now = new Date("2026-06-01T08:00:00Z");
const hourMs = 3_600_000;
const later = (ms: number) => new Date(now.getTime() + ms);

function waiting(changes: Partial<TypeFields> = {}): { booking: Booking; fields: TypeFields } {
  const fields = { ...typeFields, requirement: { name: "payment", timeLimitMs: hourMs }, ...changes };
  const type = { id: "t", fields, status: "active", version: 1n, createdAt: now, updatedAt: now } as const;
  const booker = { name: "G", email: "g@guest.example", timeZone: "", locale: "" };
  const times = { startMs: later(24 * hourMs).getTime(), durationMs: hourMs };
  const rest = { booker, attendees: [], answers: [], externalId: null, linkId: null, slotToken: "" };
  const { booking } = place("id", type, { ...times, ...rest }, { hosts: fields.hosts }, now);
  return { booking, fields };
}

const refusal = (work: () => unknown) => {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof DomainError ? (error.violations[0]?.field ?? error.reason) : String(error);
  }
};

test("a booking that waits is confirmed when its condition is met, once, and by nothing else", () => {
  const { booking, fields } = waiting();
  expect(booking.status).toBe("pending");
  expect(refusal(() => confirm(booking, now))).toBe("BOOKING_STATUS");
  expect(refusal(() => meetRequirement(booking, "deposit", fields, now))).toBe("requirement");
  const met = meetRequirement(booking, "payment", fields, now);
  expect(met).toMatchObject({ change: "confirmed", booking: { status: "confirmed", requirement: null } });
  expect(refusal(() => meetRequirement(met.booking, "payment", fields, now))).toBe("BOOKING_STATUS");
});

test("where a host has to confirm, it goes on waiting for the host", () => {
  const { booking, fields } = waiting({ requiresConfirmation: true });
  const met = meetRequirement(booking, "payment", fields, now);
  expect(met).toMatchObject({ change: "requirement_met", booking: { status: "pending", requirement: null } });
  expect(confirm(met.booking, now).booking.status).toBe("confirmed");
});

test("one that nobody has answered ends at its start, and can be confirmed until then", () => {
  const { booking } = waiting({ requirement: null, requiresConfirmation: true });
  const before = later(24 * hourMs - 1);
  expect([isLapsed(booking, before), confirm(booking, before).booking.status]).toEqual([false, "confirmed"]);
  const start = later(24 * hourMs);
  expect([isLapsed(booking, start), refusal(() => confirm(booking, start))]).toEqual([true, "BOOKING_STATUS"]);
  expect(lapse(booking, start).booking).toMatchObject({
    status: "cancelled",
    cancellationReason: "No confirmation in time",
  });
});

test("one that has waited too long ends, and its condition can no longer be met", () => {
  const { booking, fields } = waiting();
  expect(isLapsed(booking, later(hourMs - 1))).toBe(false);
  expect(isLapsed(booking, later(hourMs))).toBe(true);
  expect(refusal(() => meetRequirement(booking, "payment", fields, later(hourMs)))).toBe("BOOKING_STATUS");
  const ended = lapse(booking, later(hourMs));
  expect(ended.booking).toMatchObject({
    status: "cancelled",
    cancellationReason: "No payment in time",
    requirement: null,
  });
});
