import type { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { createFeed } from "./create-feed.ts";
import { listFeedsRpc } from "./list-feeds.ts";
import { readFeed } from "./read-feed.ts";
import { revokeFeedRpc } from "./revoke-feed.ts";

/** The RPCs of FeedService. */
export function feedRpcs(deps: Deps): ServiceImpl<typeof FeedService> {
  return {
    createFeed: createFeed(deps),
    listFeeds: listFeedsRpc(deps),
    revokeFeed: revokeFeedRpc(deps),
    readFeed: readFeed(deps),
  };
}
