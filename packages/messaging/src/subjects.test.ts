import { BookingChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { BookingSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import { expect, test } from "vitest";
import { durableOf, filterOf, publisherOf, streamOf, subjectOf } from "./subjects.ts";

test("an event's names follow from its proto", () => {
  expect(publisherOf(BookingChangedSchema)).toBe("booking");
  expect(subjectOf(BookingChangedSchema, "org")).toBe("calends.booking.booking-changed.v1.org");
  expect(filterOf(BookingChangedSchema)).toBe("calends.booking.booking-changed.v1.*");
  expect(durableOf("availability", BookingChangedSchema)).toBe("availability-booking-changed");
  expect(streamOf("recurrence-engine")).toBe("CALENDS_RECURRENCE_ENGINE");
});

test("a message that is no event has no subject", () => {
  expect(() => subjectOf(BookingSchema, "org")).toThrow("it is not an event");
});
