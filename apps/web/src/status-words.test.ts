import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import { expect, test } from "vitest";
import { bookedWords, leavingWords, statusWords } from "./status-words.ts";

const statuses = Object.values(BookingStatus).filter((status) => typeof status === "number");
const words = (status: BookingStatus) => bookedWords({ status, bookerEmail: "ada@example.com" });

test("only who is booked is told so, and only they are promised an invitation", () => {
  const booked = statuses.filter((status) => /booked/i.test(words(status).title));
  const invited = statuses.filter((status) => /invitation/.test(words(status).lead));
  expect([booked, invited]).toEqual([[BookingStatus.CONFIRMED], [BookingStatus.CONFIRMED]]);
});

test("every status has words of its own", () => {
  expect(new Set(statuses.map((status) => statusWords(status))).size).toBe(statuses.length);
  expect(statuses.map((status) => statusWords(status))).not.toContain("");
});

test("who waits leaves the waitlist, who is offered a seat turns it down, and everybody else cancels", () => {
  expect(leavingWords(BookingStatus.WAITLISTED).button).toBe("Leave the waitlist");
  expect(leavingWords(BookingStatus.OFFERED).button).toBe("Turn the seat down");
  expect(leavingWords(BookingStatus.PENDING)).toEqual(leavingWords(BookingStatus.CONFIRMED));
});
