import { expect, test } from "vitest";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType, TypeFields } from "./appointment-type.ts";
import { place } from "./booking.ts";
import { holdSlot, takeHold } from "./holds.ts";

const now = new Date("2026-06-01T08:00:00Z");

function typeOf(changes: Partial<TypeFields>): AppointmentType {
  const fields = { ...typeFields, ...changes };
  return { id: "t", fields, status: "active", version: 1n, createdAt: now, updatedAt: now };
}

test("a booking made of a hold is called and meets as one that is made at that moment", () => {
  const before = typeOf({ locationMode: "video", videoLink: "https://meet.example/old" });
  const after = typeOf({ name: "New", locationMode: "video", videoLink: "https://meet.example/new" });
  const slot = { startMs: now.getTime() + 3_600_000, durationMs: 1_800_000 };
  const booker = { name: "G", email: "g@guest.example", timeZone: "", locale: "" };
  const draft = { ...slot, booker, attendees: [], answers: [], externalId: null, linkId: null, slotToken: "" };
  const placed = { hosts: typeFields.hosts };
  const { booking: hold } = holdSlot("id", before, { ...slot, lifetimeMs: 600_000 }, placed, now);
  const { booking: fresh } = place("id", after, draft, placed, now);
  expect(takeHold(hold, after, draft, now).booking).toEqual({ ...fresh, version: 2n });
});
