import { throwKind } from "@calends/kit/database-errors";
import { invalidField, notFound } from "@calends/kit/domain-error";
import type { Feed } from "../domain/feed.ts";
import type { Feed as FeedRow } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";

/** What a token opens. */
export interface OpenFeed {
  readonly organizationId: string;
  readonly calendarId: string;
  readonly name: string;
}

/** Adds a feed. Throws "exists" where its token was given out before. */
export async function insertFeed(
  tx: Tx,
  organizationId: string,
  feed: Feed,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await tx.feed.create({ data: { organizationId, ...feed, tokenHash } }).catch(throwKind);
}

/** Reads a page of feeds, newest first: their ids grow with time. The token is the last feed's id. */
export async function listFeeds(
  db: Tx,
  organizationId: string,
  pageSize: number,
  pageToken: string,
): Promise<{ feeds: Feed[]; nextPageToken: string }> {
  const where = { organizationId, ...(pageToken === "" ? {} : { id: { lt: asId(pageToken) } }) };
  const rows = await db.feed.findMany({ where, orderBy: { id: "desc" }, take: pageSize + 1 }).catch(throwKind);
  const feeds = rows.slice(0, pageSize).map(toFeed);
  return { feeds, nextPageToken: rows.length > pageSize ? (feeds.at(-1)?.id ?? "") : "" };
}

/** Ends a feed; the first end stands. Throws "not found" also where another organization has it. */
export async function revokeFeed(tx: Tx, organizationId: string, id: string, now: Date): Promise<Feed> {
  await tx.feed
    .updateMany({ where: { organizationId, id, revokedAt: null }, data: { revokedAt: now } })
    .catch(throwKind);
  const row = await tx.feed.findUnique({ where: { organizationId_id: { organizationId, id } } }).catch(throwKind);
  if (row === null) {
    throw notFound("Feed");
  }
  return toFeed(row);
}

/** Finds the feed of a token; null where it is unknown or revoked. */
export async function findOpenFeed(db: Tx, tokenHash: Uint8Array<ArrayBuffer>): Promise<OpenFeed | null> {
  return db.feed
    .findUnique({
      where: { tokenHash, revokedAt: null },
      select: { organizationId: true, calendarId: true, name: true },
    })
    .catch(throwKind);
}

function toFeed({ id, calendarId, name, createdAt, revokedAt }: FeedRow): Feed {
  return { id, calendarId, name, createdAt, revokedAt };
}

function asId(token: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token)) {
    throw invalidField("page_token", "page_token is not one that was given out");
  }
  return token;
}
