import type { PollService, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listPolls, readPoll, readVotes, readVotesOf } from "../../store/polls.ts";
import type { Deps } from "../deps.ts";
import { toPollMessage, toPublicPollMessage } from "./convert.ts";
import { readPollLink } from "./poll-link.ts";

const defaultPageSize = 100;

/** Reads one poll. */
export function getPoll(deps: Deps): MethodImpl<typeof PollService.method.getPoll> {
  return async ({ pollId }, context) => {
    const { organizationId } = memberOf(context);
    return { poll: await pollMessage(deps, organizationId, pollId) };
  };
}

/** Reads a page of polls. */
export function listPollsRpc(deps: Deps): MethodImpl<typeof PollService.method.listPolls> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const { db } = deps.store;
    const { polls, nextPageToken } = await listPolls(db, organizationId, pageSize || defaultPageSize, pageToken);
    const ids = polls.map(({ id }) => id);
    const votes = await readVotes(db, organizationId, ids);
    return {
      polls: polls.map((poll) => toPollMessage(deps, organizationId, poll, votes.get(poll.id) ?? [])),
      nextPageToken,
    };
  };
}

/** Reads the poll of a link. */
export function getPublicPoll(deps: Deps): MethodImpl<typeof PublicPollService.method.getPublicPoll> {
  return async ({ pollToken }) => {
    const { organizationId, pollId } = readPollLink(deps, pollToken);
    return { poll: toPublicPollMessage(await pollMessage(deps, organizationId, pollId), pollToken) };
  };
}

async function pollMessage(deps: Deps, organizationId: string, pollId: string) {
  const poll = await readPoll(deps.store.db, organizationId, pollId);
  return toPollMessage(deps, organizationId, poll, await readVotesOf(deps.store.db, organizationId, pollId));
}
