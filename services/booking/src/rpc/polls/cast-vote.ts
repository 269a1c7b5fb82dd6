import { create } from "@bufbuild/protobuf";
import { CastVoteResponseSchema, PublicPollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { ownVote, refuseMalformedVote, refuseVote, refuseVotingEnded, withVote } from "../../domain/poll.ts";
import type { Tx } from "../../store/index.ts";
import { lockPoll, readVotesOf, writeVote } from "../../store/polls.ts";
import type { Deps } from "../deps.ts";
import { fromVote, toPollMessage, toPublicPollMessage } from "./convert.ts";
import { readPollLink, voterOf, votePathOf } from "./poll-link.ts";

const method = PublicPollService.method.castVote;

/** Votes, or changes the vote of the voter whose link it is. */
export function castVote(deps: Deps): MethodImpl<typeof method> {
  return async (request) => {
    const link = readPollLink(deps, request.pollToken);
    const { organizationId, pollId } = link;
    const { store, clock } = deps;
    const said = fromVote(request.vote);
    const work = async (tx: Tx) => {
      const poll = await lockPoll(tx, organizationId, pollId);
      refuseVotingEnded(poll, clock.now());
      const votes = await readVotesOf(tx, organizationId, pollId);
      // Before it shows in any answer who is invited or has voted.
      refuseMalformedVote(poll, said);
      const vote = ownVote(poll, said, votes, voterOf(link, poll, votes));
      refuseVote(poll, vote, votes);
      await writeVote(tx, organizationId, pollId, vote, clock.now());
      const message = toPollMessage(deps, organizationId, poll, withVote(votes, vote));
      return create(CastVoteResponseSchema, { poll: toPublicPollMessage(message, request.pollToken) });
    };
    const answer = await mutateOnce({
      method,
      organizationId,
      request,
      sql: store.db,
      transaction: store.transaction,
      work,
    });
    // The voter's link is not kept with the answer: it follows from the address.
    const votePath =
      link.voterId === null ? votePathOf(deps, organizationId, pollId, said.email) : `/poll/${request.pollToken}`;
    return { ...answer, votePath };
  };
}
