import type { Feed } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { readAll, type Clients } from "./clients.ts";
import { requestIdOf } from "./ids.ts";
import type { Member } from "./organization.ts";

/**
 * Makes a feed for each member without one and returns the paths by member's key. A feed's path is told once and never
 * again, so the caller keeps those that are known and hands them in.
 */
export async function seedFeeds(
  { feeds }: Clients,
  members: readonly Member[],
  calendarIds: ReadonlyMap<string, string>,
  known: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const all = await readAll<Feed>(async (pageToken) => {
    const { feeds: items, nextPageToken } = await feeds.listFeeds({ pageToken });
    return { items, nextPageToken };
  });
  const paths: Record<string, string> = {};
  for (const { key, name } of members) {
    const calendarId = calendarIds.get(key) ?? "";
    const made = all.filter((feed) => feed.calendarId === calendarId);
    const live = made.some(({ revokeTime }) => revokeTime === undefined);
    const path = live ? known[key] : undefined;
    // The number makes it another request where the address of an earlier feed was lost or revoked.
    const requestId = requestIdOf(`feed/${calendarId}/${made.length}`);
    paths[key] = path ?? (await feeds.createFeed({ requestId, calendarId, name })).path;
  }
  return paths;
}
