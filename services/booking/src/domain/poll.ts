import { spanTaken } from "./allocations.ts";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import { refuseStrangeName } from "./guests.ts";
import type { TypeFields } from "./appointment-type.ts";
import { pollStatus, voterLinkRequired } from "./errors.ts";

/** Where a poll stands. */
export type PollStatus = "open" | "booked" | "cancelled";

/** What a voter says of one time. */
export type Choice = "yes" | "if_needed" | "no";

/** A proposed time, with the hold that keeps it. */
export interface PollOption {
  readonly startMs: number;
  readonly holdId: string | null;
}

/** A vote on the time of a meeting. */
export interface Poll {
  readonly id: string;
  readonly appointmentTypeId: string;
  readonly title: string;
  readonly description: string;
  readonly durationMs: number;
  readonly options: readonly PollOption[];
  readonly closesAt: Date;
  readonly holdTimes: boolean;
  /** Addresses in lower case; each of them votes by a link of its own. */
  readonly invitees: readonly string[];
  readonly status: PollStatus;
  readonly bookingId: string | null;
  readonly version: bigint;
  readonly createdAt: Date;
}

/** What one person says: a choice an option, in their order. */
export interface Vote {
  readonly email: string;
  readonly name: string;
  readonly choices: readonly Choice[];
}

/** A proposed time with what was said of it. */
export interface Tally extends PollOption {
  readonly yes: number;
  readonly ifNeeded: number;
  readonly no: number;
}

/** How far apart starts have to be that are all to be held: of a round robin, another host may work around the one. */
export function apartOf(fields: TypeFields, durationMs: number): number {
  const { startMs, endMs } = spanTaken(fields, 0, durationMs);
  return fields.category === "round_robin" ? durationMs : endMs - startMs;
}

/** Throws naming the proposed time that is past, there twice, or nearer to another than they have to be apart; 0 for any. */
export function validateStarts(startsMs: readonly number[], apartMs: number, now: Date): void {
  startsMs.forEach((start, index) => {
    const field = `fields.start_times[${index}]`;
    if (start <= now.getTime()) {
      throw invalidField(field, "a proposed time lies in the future");
    }
    const rival = startsMs.findIndex((other, i) => i < index && Math.abs(other - start) < Math.max(apartMs, 1));
    if (rival >= 0) {
      const why = "times that are held must not overlap, nor the work and buffers around them";
      throw invalidField(field, apartMs > 0 ? why : "each time is proposed once");
    }
  });
}

/** The options, the best first: the fewest who cannot, then the most who can, then the soonest. */
export function tally({ options }: Poll, votes: readonly Vote[]): Tally[] {
  const count = (index: number, choice: Choice) => votes.filter(({ choices }) => choices[index] === choice).length;
  return options
    .map((option, index) => ({
      ...option,
      yes: count(index, "yes"),
      ifNeeded: count(index, "if_needed"),
      no: count(index, "no"),
    }))
    .toSorted((a, b) => a.no - b.no || b.yes - a.yes || a.startMs - b.startMs);
}

/** Most people who vote in a poll, the invited among them: those of the invited who do not say no become attendees, of whom a booking has no more either. */
export const maxVoters = 50;

/** Throws unless a poll takes votes now. */
export function refuseVotingEnded({ status, closesAt }: Poll, now: Date): void {
  if (status !== "open" || closesAt <= now) {
    throw pollStatus(status, "voting has ended");
  }
}

/**
 * The vote with its voter's address: that of whose link it came by, and null is the poll's own link. By that link a name and an
 * address are anybody's word, so that they make a new vote, but never one for who is invited or has voted.
 */
export function ownVote(poll: Poll, vote: Vote, votes: readonly Vote[], voter: string | null): Vote {
  const email = vote.email.toLowerCase();
  if (voter === null && email === "") {
    throw invalidField("vote.email", "who votes by the poll's own link says by which address");
  }
  const isTaken = poll.invitees.includes(email) || votes.some((other) => other.email === email);
  if (voter === null ? isTaken : email !== "" && email !== voter) {
    throw voterLinkRequired();
  }
  return { ...vote, email: voter ?? email };
}

/** Throws unless a vote has a choice for each option. */
export function refuseMalformedVote(poll: Poll, { choices }: Vote): void {
  if (choices.length !== poll.options.length) {
    throw invalidField("vote.choices", `one choice for each of the ${poll.options.length} proposed times`);
  }
}

/** Throws unless a vote can be cast beside those that have been, under a name that is nothing but one: every voter reads it. */
export function refuseVote(poll: Poll, { name, email }: Vote, votes: readonly Vote[]): void {
  refuseStrangeName({ name, email }, "vote.name");
  const hasVoted = (address: string) => votes.some((vote) => vote.email === address);
  const places = maxVoters - poll.invitees.filter((address) => !hasVoted(address)).length;
  if (!hasVoted(email) && !poll.invitees.includes(email) && votes.length >= places) {
    throw new DomainError("exhausted", "INVALID_FIELD", `at most ${maxVoters} people vote in a poll`);
  }
}

/** The votes with one more; a second of the same voter replaces the first, and is the last. */
export function withVote(votes: readonly Vote[], vote: Vote): Vote[] {
  return [...votes.filter(({ email }) => email !== vote.email), vote];
}

/** Throws naming an address that is invited twice. */
export function refuseInvitedTwice(invitees: readonly string[]): void {
  invitees.forEach((email, index) => {
    if (invitees.indexOf(email) < index) {
      throw invalidField(`fields.invitees[${index}].email`, "each address is invited once");
    }
  });
}

/** Throws unless a poll is open. */
export function refuseClosed({ status }: Poll): void {
  if (status !== "open") {
    throw pollStatus(status, "the poll has ended");
  }
}
