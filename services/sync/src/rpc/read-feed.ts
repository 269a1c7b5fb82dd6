import { create } from "@bufbuild/protobuf";
import type { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { HttpBodySchema } from "@calends/contracts/google/api/httpbody_pb";
import { notFound } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { feedFrom, maxFeedEvents } from "../domain/calendar-event.ts";
import { tokenOf } from "../domain/feed.ts";
import { listEvents } from "../store/calendar-events.ts";
import { findOpenFeed } from "../store/feeds.ts";
import { hashToken } from "../tokens.ts";
import type { Deps } from "./deps.ts";
import { writeCalendar } from "./write-calendar.ts";

/** Reads a feed. Who has the token needs nothing else; an unknown and a revoked one are not told apart. */
export function readFeed({ store, clock }: Deps): MethodImpl<typeof FeedService.method.readFeed> {
  return async ({ feedToken }) => {
    const token = tokenOf(feedToken);
    const feed = token === null ? null : await findOpenFeed(store.db, hashToken(token));
    if (feed === null) {
      throw notFound("Feed");
    }
    const { organizationId, calendarId, name } = feed;
    const events = await listEvents(store.db, organizationId, calendarId, feedFrom(clock.now()), maxFeedEvents);
    const data = new TextEncoder().encode(writeCalendar(name, events));
    return create(HttpBodySchema, { contentType: "text/calendar; charset=utf-8", data });
  };
}
