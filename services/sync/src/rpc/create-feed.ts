import { create } from "@bufbuild/protobuf";
import { CreateFeedResponseSchema, FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { feedPath, type Feed } from "../domain/feed.ts";
import { insertFeed } from "../store/feeds.ts";
import type { Tx } from "../store/index.ts";
import { deriveToken, hashToken } from "../tokens.ts";
import { toFeedMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = FeedService.method.createFeed;

/** Makes a private address for a calendar that the organization has. The stored answer lacks the path, which is a secret: it is added each time. */
export function createFeed({ store, clock, calendars, feedSecret }: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const token = deriveToken(feedSecret, organizationId, request.requestId);
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const now = clock.now();
      const { calendarId, name } = request;
      const feed: Feed = { id: newId(now.getTime()), calendarId, name, createdAt: now, revokedAt: null };
      await insertFeed(tx, organizationId, feed, hashToken(token));
      return create(CreateFeedResponseSchema, { feed: toFeedMessage(feed) });
    };
    const mutation = { method, organizationId, request, sql: db, transaction, work };
    const { feed } = await mutateOnce(mutation, () => calendars.mustExist(organizationId, request.calendarId, context));
    return create(CreateFeedResponseSchema, { ...(feed === undefined ? {} : { feed }), path: feedPath(token) });
  };
}
