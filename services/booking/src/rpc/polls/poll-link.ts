import { createHash } from "node:crypto";
import { invalidManageLink } from "../../domain/errors.ts";
import type { Poll, Vote } from "../../domain/poll.ts";
import type { Deps } from "../deps.ts";

type Links = Pick<Deps, "pollLinks">;

/** Which poll a link is for, and whose it is. */
export interface PollLink {
  readonly organizationId: string;
  readonly pollId: string;
  /** The id of the one voter who has it; null for the poll's own link, which is for anybody. */
  readonly voterId: string | null;
}

/** Reads the token of a poll's link or a voter's. Throws INVALID_MANAGE_LINK for what was not made here. */
export function readPollLink({ pollLinks }: Links, token: string): PollLink {
  const [organizationId, pollId, voterId = null, ...rest] = pollLinks.read(token);
  if (organizationId === undefined || pollId === undefined || rest.length > 0) {
    throw invalidManageLink();
  }
  return { organizationId, pollId, voterId };
}

/** The path of the page on which a poll is voted on; of one voter's own where an address is given. */
export function votePathOf({ pollLinks }: Links, organizationId: string, pollId: string, email?: string): string {
  const voter = email === undefined ? [] : [voterIdOf(pollId, email)];
  return `/poll/${pollLinks.token([organizationId, pollId, ...voter])}`;
}

/** The address of the voter whose link it is; null for the poll's own. Throws INVALID_MANAGE_LINK for who is no voter of it. */
export function voterOf({ voterId }: PollLink, poll: Poll, votes: readonly Vote[]): string | null {
  if (voterId === null) {
    return null;
  }
  const known = [...poll.invitees, ...votes.map(({ email }) => email)];
  const voter = known.find((email) => voterIdOf(poll.id, email) === voterId);
  if (voter === undefined) {
    throw invalidManageLink();
  }
  return voter;
}

/** A voter's id in links: it follows from the address, and does not show it. */
function voterIdOf(pollId: string, email: string): string {
  const digest = createHash("sha256").update(`${pollId}\0${email.toLowerCase()}`).digest("hex");
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
