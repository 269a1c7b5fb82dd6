/** What each status of a booking means for whoever booked it, in words. Pure. */
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import type { Meeting } from "./api.ts";

/** BookedWords are what the page says after a booking was sent. */
export interface BookedWords {
  readonly title: string;
  readonly lead: string;
  /** The text of the link to the booking's page. */
  readonly manage: string;
}

/** Returns the words for whoever has just booked, by the booking's status. */
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
        lead: `All seats are taken, so you have none yet. A mail is on its way to ${address}. You will get another one when a seat is free for you.`,
        manage: "See or leave the waitlist",
      };
    default:
      return { title: statusWords(status), lead: "The page of your booking says more.", manage: "Open your booking" };
  }
}

/** Returns the name of a status. */
export function statusWords(status: BookingStatus): string {
  return WORDS.get(status) ?? "Unknown";
}

/** Returns a sentence that explains a status; undefined for those that need none. */
export function statusSentence(status: BookingStatus): string | undefined {
  return SENTENCES.get(status);
}

/** Whether a booking of a status has ended, so that nothing can be done about it any more. */
export function isOver(status: BookingStatus): boolean {
  return OVER.has(status);
}

const OVER: ReadonlySet<BookingStatus> = new Set([
  BookingStatus.CANCELLED,
  BookingStatus.COMPLETED,
  BookingStatus.NO_SHOW,
]);

/** Whether the booker has no seat yet, but is on the waitlist or has been offered one. */
export function waitsForSeat(status: BookingStatus): boolean {
  return status === BookingStatus.WAITLISTED || status === BookingStatus.OFFERED;
}

/** Returns what happens to the guests of a booking now that its booker has confirmed their address. */
export function guestsSentence(status: BookingStatus): string {
  return waitsForSeat(status) ? "Your guests are invited once you have a seat." : "Your guests get their mail now.";
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

/** LeavingWords are the words for giving up a booking, a place on the waitlist or an offered seat. */
export interface LeavingWords {
  readonly button: string;
  readonly question: string;
  readonly confirm: string;
  readonly dismiss: string;
  readonly result: string;
}

/** Returns the words for giving up a booking of a status. */
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
