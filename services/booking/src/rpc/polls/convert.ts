import { create } from "@bufbuild/protobuf";
import {
  durationFromMs,
  durationMs,
  timestampDate,
  timestampFromDate,
  timestampFromMs,
  timestampMs,
} from "@bufbuild/protobuf/wkt";
import {
  Choice as ChoiceMessage,
  PollSchema,
  PollStatus as PollStatusMessage,
  type Poll as PollMessage,
  type PollFields,
  type Vote as VoteMessage,
} from "@calends/contracts/calends/booking/v1/poll_pb";
import { canonicalEmail } from "@calends/kit/email";
import { must } from "@calends/kit/must";
import { tally, type Choice, type Poll, type PollStatus, type Vote } from "../../domain/poll.ts";
import { keyOf } from "../convert-basics.ts";
import type { Deps } from "../deps.ts";
import { votePathOf } from "./poll-link.ts";

const statuses: Readonly<Record<PollStatus, PollStatusMessage>> = {
  open: PollStatusMessage.OPEN,
  booked: PollStatusMessage.BOOKED,
  cancelled: PollStatusMessage.CANCELLED,
};

const choices: Readonly<Record<Choice, ChoiceMessage>> = {
  yes: ChoiceMessage.YES,
  if_needed: ChoiceMessage.IF_NEEDED,
  no: ChoiceMessage.NO,
};

/** A poll with its votes as a message. */
export function toPollMessage(
  links: Pick<Deps, "pollLinks">,
  organizationId: string,
  poll: Poll,
  votes: readonly Vote[],
): PollMessage {
  const voters = new Set([...poll.invitees, ...votes.map(({ email }) => email)]);
  return create(PollSchema, {
    id: poll.id,
    fields: {
      title: poll.title,
      description: poll.description,
      appointmentTypeId: poll.appointmentTypeId,
      duration: durationFromMs(poll.durationMs),
      startTimes: poll.options.map(({ startMs }) => timestampFromMs(startMs)),
      closeTime: timestampFromDate(poll.closesAt),
      holdTimes: poll.holdTimes,
      invitees: poll.invitees.map((email) => ({ email })),
    },
    status: statuses[poll.status],
    options: tally(poll, votes).map(({ startMs, holdId, ...counts }) => ({
      ...counts,
      startTime: timestampFromMs(startMs),
      holdId: holdId ?? "",
    })),
    votes: votes.map((vote) => ({ ...vote, choices: vote.choices.map((choice) => choices[choice]) })),
    bookingId: poll.bookingId ?? "",
    votePath: votePathOf(links, organizationId, poll.id),
    voterLinks: [...voters].map((email) => ({ email, votePath: votePathOf(links, organizationId, poll.id, email) })),
    version: poll.version,
    createTime: timestampFromDate(poll.createdAt),
  });
}

/** What voters see of a poll: names, but no addresses or links of others, and nothing that names records. */
export function toPublicPollMessage({ fields, ...message }: PollMessage, pollToken: string): PollMessage {
  return create(PollSchema, {
    ...message,
    ...(fields === undefined ? {} : { fields: { ...fields, invitees: [] } }),
    votePath: `/poll/${pollToken}`,
    voterLinks: [],
    bookingId: "",
    options: message.options.map((option) => ({ ...option, holdId: "" })),
    votes: message.votes.map((vote) => ({ ...vote, email: "" })),
  });
}

/** What is asked of a poll, from a message that has passed validation. */
export function fromPollFields(message: PollFields | undefined) {
  const fields = must(message, "fields");
  const startsMs = fields.startTimes.map(timestampMs);
  const first = Math.min(...startsMs);
  return {
    title: fields.title,
    description: fields.description,
    appointmentTypeId: fields.appointmentTypeId,
    askedMs: fields.duration === undefined ? undefined : durationMs(fields.duration),
    startsMs,
    closesAt: fields.closeTime === undefined ? new Date(first) : timestampDate(fields.closeTime),
    holdTimes: fields.holdTimes,
    invitees: fields.invitees.map(({ email }) => canonicalEmail(email).toLowerCase()),
  };
}

/** A vote from a message that has passed validation. */
export function fromVote(message: VoteMessage | undefined): Vote {
  const vote = must(message, "vote");
  return {
    email: canonicalEmail(vote.email),
    name: vote.name,
    choices: vote.choices.map((choice) => keyOf(choices, choice)),
  };
}
