import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { FeedSchema, type Feed as FeedMessage } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import type { Feed } from "../domain/feed.ts";

/** A feed as a message. */
export function toFeedMessage({ id, calendarId, name, createdAt, revokedAt }: Feed): FeedMessage {
  return create(FeedSchema, {
    id,
    calendarId,
    name,
    createTime: timestampFromDate(createdAt),
    ...(revokedAt === null ? {} : { revokeTime: timestampFromDate(revokedAt) }),
  });
}
