import type { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import type { Clock } from "@calends/kit/clock";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Store } from "../store/index.ts";
import { createFeed } from "./create-feed.ts";
import { listFeedsRpc } from "./list-feeds.ts";
import { readFeed } from "./read-feed.ts";
import { revokeFeedRpc } from "./revoke-feed.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly feedSecret: string;
}

/** The RPCs of FeedService. */
export function feedRpcs(deps: Deps): ServiceImpl<typeof FeedService> {
  return {
    createFeed: createFeed(deps),
    listFeeds: listFeedsRpc(deps),
    revokeFeed: revokeFeedRpc(deps),
    readFeed: readFeed(deps),
  };
}
