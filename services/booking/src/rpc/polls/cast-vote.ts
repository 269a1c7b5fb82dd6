import { create } from "@bufbuild/protobuf";
import { CastVoteResponseSchema, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseVote, withVote } from "../../domain/poll.ts";
import type { Tx } from "../../store/index.ts";
import { lockPoll, readVotesOf, writeVote } from "../../store/polls.ts";
import type { Deps } from "../deps.ts";
import { fromVote, toPollMessage, toPublicPollMessage } from "./convert.ts";
import { readPollLink } from "./poll-link.ts";

const method = PublicPollService.method.castVote;

/** Votes, or changes the vote of the same address. */
export function castVote(deps: Deps): MethodImpl<typeof method> {
  return async (request) => {
    const { organizationId, pollId } = readPollLink(deps, request.pollToken);
    const { store, clock } = deps;
    const vote = fromVote(request.vote);
    const work = async (tx: Tx) => {
      const poll = await lockPoll(tx, organizationId, pollId);
      const votes = await readVotesOf(tx, organizationId, pollId);
      refuseVote(poll, vote, votes, clock.now());
      await writeVote(tx, organizationId, pollId, vote, clock.now());
      const message = toPollMessage(deps, organizationId, poll, withVote(votes, vote));
      return create(CastVoteResponseSchema, { poll: toPublicPollMessage(message) });
    };
    return mutateOnce({ method, organizationId, request, sql: store.db, transaction: store.transaction, work });
  };
}
