import type { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listFeeds } from "../store/feeds.ts";
import { toFeedMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of the organization's feeds, newest first. */
export function listFeedsRpc({ store }: Deps): MethodImpl<typeof FeedService.method.listFeeds> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const page = await listFeeds(store.db, organizationId, pageSize || defaultPageSize, pageToken);
    return { feeds: page.feeds.map(toFeedMessage), nextPageToken: page.nextPageToken };
  };
}
