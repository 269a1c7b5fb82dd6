import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { expect, test } from "vitest";
import { bookedWords, guestsSentence, isOver, leavingWords, statusWords } from "./status-words.ts";

const statuses = Object.values(BookingStatus).filter((status) => typeof status === "number");
const words = (status: BookingStatus) => bookedWords({ status, bookerEmail: "ada@example.com" });

test("only a confirmed booking is called booked, and only its booker is promised an invitation", () => {
  const booked = statuses.filter((status) => /booked/i.test(words(status).title));
  const invited = statuses.filter((status) => /invitation/.test(words(status).lead));
  expect([booked, invited]).toEqual([[BookingStatus.CONFIRMED], [BookingStatus.CONFIRMED]]);
});

test("every status has words of its own", () => {
  expect(new Set(statuses.map((status) => statusWords(status))).size).toBe(statuses.length);
  expect(statuses.map((status) => statusWords(status))).not.toContain("");
});

test("only bookers without a seat have guests who are not mailed when the address is confirmed", () => {
  const later = statuses.filter((status) => !/now/.test(guestsSentence(status)));
  expect(new Set(later)).toEqual(new Set([BookingStatus.WAITLISTED, BookingStatus.OFFERED]));
});

test("cancelled, completed and missed bookings are over", () => {
  const over = [BookingStatus.CANCELLED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW];
  expect(new Set(statuses.filter(isOver))).toEqual(new Set(over));
});

test("a place on the waitlist is left, an offered seat is turned down, and anything else is cancelled", () => {
  expect(leavingWords(BookingStatus.WAITLISTED).button).toBe("Leave the waitlist");
  expect(leavingWords(BookingStatus.OFFERED).button).toBe("Turn the seat down");
  expect(leavingWords(BookingStatus.PENDING)).toEqual(leavingWords(BookingStatus.CONFIRMED));
});
