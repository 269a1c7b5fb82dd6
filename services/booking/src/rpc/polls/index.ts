import type { PollService, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../deps.ts";
import { bookPoll } from "./book-poll.ts";
import { cancelPoll } from "./cancel-poll.ts";
import { castVote } from "./cast-vote.ts";
import { createPoll } from "./create-poll.ts";
import { getPoll, getPublicPoll, listPollsRpc } from "./read-polls.ts";

/** The RPCs of PollService. */
export function pollRpcs(deps: Deps): ServiceImpl<typeof PollService> {
  return {
    createPoll: createPoll(deps),
    getPoll: getPoll(deps),
    listPolls: listPollsRpc(deps),
    bookPoll: bookPoll(deps),
    cancelPoll: cancelPoll(deps),
  };
}

/** The RPCs of PublicPollService. */
export function publicPollRpcs(deps: Deps): ServiceImpl<typeof PublicPollService> {
  return { getPublicPoll: getPublicPoll(deps), castVote: castVote(deps) };
}
