import { create } from "@bufbuild/protobuf";
import { FeedService, RevokeFeedResponseSchema } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { revokeFeed } from "../store/feeds.ts";
import type { Tx } from "../store/index.ts";
import { toFeedMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = FeedService.method.revokeFeed;

/** Ends a private address. */
export function revokeFeedRpc({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const feed = await revokeFeed(tx, organizationId, request.feedId, clock.now());
      return create(RevokeFeedResponseSchema, { feed: toFeedMessage(feed) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
