/** What each status of a booking means for who booked. Pure. */
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { Meeting } from "./api.ts";

/** BookedWords say what came of booking. */
export interface BookedWords {
  readonly title: string;
  readonly lead: string;
  /** What the link to the booking's page leads to. */
  readonly manage: string;
}

/** Returns the words for who has just booked, by where the booking stands. */
export function bookedWords({ status, bookerEmail: address }: Pick<Meeting, "status" | "bookerEmail">): BookedWords {
  switch (status) {
    case BookingStatus.CONFIRMED:
      return {
        title: "You are booked",
        lead: `A mail with the invitation is on its way to ${address}.`,
        manage: "Reschedule or cancel",
      };
    case BookingStatus.PENDING:
      return {
        title: "Your request was sent",
        lead: `A mail is on its way to ${address}. The time is kept for you; you will hear as soon as the host has confirmed.`,
        manage: "Reschedule or cancel",
      };
    case BookingStatus.WAITLISTED:
      return {
        title: "You are on the waitlist",
        lead: `All seats are taken, so you have none yet. A mail is on its way to ${address}, and another one will be when a seat is free for you.`,
        manage: "See or leave the waitlist",
      };
    default:
      return { title: statusWords(status), lead: "The page of your booking says more.", manage: "Open your booking" };
  }
}

/** Returns what a booking's page says of it, in few words. */
export function statusWords(status: BookingStatus): string {
  return WORDS.get(status) ?? "Unknown";
}

/** Returns what a booking's page explains; undefined where the few words say it all. */
export function statusSentence(status: BookingStatus): string | undefined {
  return SENTENCES.get(status);
}

const WORDS = new Map<BookingStatus, string>([
  [BookingStatus.HOLD, "Kept for a moment"],
  [BookingStatus.PENDING, "Waiting for confirmation"],
  [BookingStatus.CONFIRMED, "Confirmed"],
  [BookingStatus.WAITLISTED, "On the waitlist"],
  [BookingStatus.OFFERED, "A seat is free for you"],
  [BookingStatus.COMPLETED, "Completed"],
  [BookingStatus.CANCELLED, "Cancelled"],
  [BookingStatus.NO_SHOW, "Missed"],
]);

const SENTENCES = new Map<BookingStatus, string>([
  [BookingStatus.PENDING, "The time is kept for you. You will get a mail as soon as the host has confirmed."],
  [
    BookingStatus.WAITLISTED,
    "All seats are taken, and you have none yet. You will get a mail when one is free for you.",
  ],
  [BookingStatus.OFFERED, "Accept the seat in time, or it goes to the next on the waitlist."],
]);

/** LeavingWords are those of giving a booking up, and differ by what is given up. */
export interface LeavingWords {
  readonly button: string;
  readonly question: string;
  readonly confirm: string;
  readonly dismiss: string;
  readonly result: string;
}

/** Returns the words for who gives a booking up. */
export function leavingWords(status: BookingStatus): LeavingWords {
  switch (status) {
    case BookingStatus.WAITLISTED:
      return {
        button: "Leave the waitlist",
        question: "Leave the waitlist?",
        confirm: "Yes, leave it",
        dismiss: "Keep waiting",
        result: "You are no longer on the waitlist. A mail is on its way to you.",
      };
    case BookingStatus.OFFERED:
      return {
        button: "Turn the seat down",
        question: "Turn this seat down?",
        confirm: "Yes, turn it down",
        dismiss: "Keep the offer",
        result: "You have turned the seat down. A mail is on its way to you.",
      };
    default:
      return {
        button: "Cancel booking",
        question: "Cancel this booking?",
        confirm: "Yes, cancel it",
        dismiss: "Keep booking",
        result: "Your booking is cancelled. A mail is on its way to you.",
      };
  }
}
