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
import { must } from "@calends/kit/must";
import { tally, type Choice, type Poll, type PollStatus, type Vote } from "../../domain/poll.ts";
import { keyOf } from "../convert-basics.ts";
import type { Deps } from "../deps.ts";

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
  { pollLinks }: Pick<Deps, "pollLinks">,
  organizationId: string,
  poll: Poll,
  votes: readonly Vote[],
): PollMessage {
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
    },
    status: statuses[poll.status],
    options: tally(poll, votes).map(({ startMs, holdId, ...counts }) => ({
      ...counts,
      startTime: timestampFromMs(startMs),
      holdId: holdId ?? "",
    })),
    votes: votes.map((vote) => ({ ...vote, choices: vote.choices.map((choice) => choices[choice]) })),
    bookingId: poll.bookingId ?? "",
    votePath: `/poll/${pollLinks.token([organizationId, poll.id])}`,
    version: poll.version,
    createTime: timestampFromDate(poll.createdAt),
  });
}

/** What voters see of a poll: names, but no addresses, and nothing that names records. */
export function toPublicPollMessage(message: PollMessage): PollMessage {
  return create(PollSchema, {
    ...message,
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
  };
}

/** A vote from a message that has passed validation. */
export function fromVote(message: VoteMessage | undefined): Vote {
  const vote = must(message, "vote");
  return { email: vote.email, name: vote.name, choices: vote.choices.map((choice) => keyOf(choices, choice)) };
}
