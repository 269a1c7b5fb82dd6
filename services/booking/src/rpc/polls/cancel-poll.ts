import { create } from "@bufbuild/protobuf";
import { CancelPollResponseSchema, PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { refuseClosed, type Poll } from "../../domain/poll.ts";
import type { Tx } from "../../store/index.ts";
import { lockPoll, readVotesOf, updatePoll } from "../../store/polls.ts";
import type { Deps } from "../deps.ts";
import { toPollMessage } from "./convert.ts";
import { releaseHolds } from "./holds.ts";

const method = PollService.method.cancelPoll;

/** Closes a poll without booking. */
export function cancelPoll(deps: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId, subject: actor } = memberOf(context);
    const { db, transaction } = deps.store;
    const work = async (tx: Tx) => {
      const before = await lockPoll(tx, organizationId, request.pollId);
      refuseClosed(before);
      await releaseHolds({ deps, tx, organizationId, actor }, before, null);
      const poll: Poll = { ...before, status: "cancelled", version: before.version + 1n };
      await updatePoll(tx, organizationId, poll);
      const votes = await readVotesOf(tx, organizationId, poll.id);
      return create(CancelPollResponseSchema, { poll: toPollMessage(deps, organizationId, poll, votes) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
