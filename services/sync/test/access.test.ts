import { randomUUID } from "node:crypto";
import { ConfigError } from "@calends/kit/config";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { bookingOf, createFeed, createRig, endOf, readFeed, type Rig } from "./_util.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});

afterAll(() => rig[Symbol.asyncDispose]());

test("a repeated request gets the same address, and no token is kept anywhere in the database", async () => {
  const request = { requestId: randomUUID(), calendarId: randomUUID(), name: "Mine" };
  const first = await rig.client().createFeed(request);
  expect(await rig.client().createFeed(request)).toEqual(first);
  const token = endOf(first.path).replace(".ics", "");
  const { rows } = await rig.pool.query<{ table_name: string }>(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  for (const { table_name: table } of rows) {
    const found = await rig.pool.query(`SELECT 1 FROM "${table}" t WHERE t::text LIKE $1 OR t::text LIKE $2`, [
      `%${token}%`,
      `%${Buffer.from(token).toString("hex")}%`,
    ]);
    expect([table, found.rowCount]).toEqual([table, 0]);
  }
  const other = await rig.client(randomUUID()).createFeed(request);
  expect(other.path).not.toBe(first.path);
  await expect(rig.client().createFeed({ ...request, name: "Other" })).rejects.toThrow("request_id was used before");
});

test("a feed made by another organization for a calendar of ours shows nothing", async () => {
  const calendarId = randomUUID();
  const booking = bookingOf(calendarId, 24);
  await rig.publish([booking]);
  await rig.settled([booking]);
  const { path } = await rig.client(randomUUID()).createFeed({ requestId: randomUUID(), calendarId, name: "Spy" });
  expect((await readFeed(rig, endOf(path))).events).toEqual([]);
  expect((await readFeed(rig, (await createFeed(rig, calendarId)).token)).events).toHaveLength(1);
});

test("a revoked, an unknown and a malformed token get the same words; the first revocation stands", async () => {
  const { id, token } = await createFeed(rig, randomUUID());
  const stranger = rig.client(randomUUID());
  await expect(stranger.revokeFeed({ requestId: randomUUID(), feedId: id })).rejects.toThrow(
    "Feed not found or access denied",
  );
  await readFeed(rig, token);
  const first = await rig.client().revokeFeed({ requestId: randomUUID(), feedId: id });
  expect(first.feed?.revokeTime).toBeDefined();
  expect(await rig.client().revokeFeed({ requestId: randomUUID(), feedId: id })).toEqual(first);
  for (const feedToken of [
    token,
    token.replace(".ics", ""),
    `${"A".repeat(43)}.ics`,
    "x",
    "'; DROP TABLE feeds",
    `${token}/x`,
  ]) {
    await expect(rig.client(null).readFeed({ feedToken })).rejects.toThrow(
      "[not_found] Feed not found or access denied",
    );
  }
});

test("feeds are listed newest first, page by page, and only to their own organization", async () => {
  const organization = rig.client(randomUUID());
  for (const name of ["a", "b", "c"]) {
    await organization.createFeed({ requestId: randomUUID(), calendarId: randomUUID(), name });
  }
  const one = await organization.listFeeds({ pageSize: 2 });
  const two = await organization.listFeeds({ pageSize: 2, pageToken: one.nextPageToken });
  expect([...one.feeds, ...two.feeds].map(({ name }) => name).toSorted()).toEqual(["a", "b", "c"]);
  expect(two.nextPageToken).toBe("");
  await expect(organization.listFeeds({ pageToken: "x" })).rejects.toThrow("page_token is not one that was given out");
  await expect(rig.client(null).listFeeds({})).rejects.toThrow("[unauthenticated]");
});

test("a wrong configuration names the variable and repeats no value", () => {
  const env = { FEED_SECRET: "too short" };
  const wrong = (): unknown => loadConfig(env);
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow("FEED_SECRET: must have at least 32 characters");
  expect(wrong).not.toThrow("too short");
});

test("a feed is made of a calendar that the organization has, and of no other; nothing is guessed while nobody can be asked", async () => {
  const request = { requestId: randomUUID(), calendarId: randomUUID(), name: "Ada" };
  rig.calendars.missing.add(request.calendarId);
  const refused: unknown = await rig
    .client()
    .createFeed(request)
    .catch((error: unknown) => error);
  expect(ConnectError.from(refused)).toMatchObject({ code: Code.NotFound });
  const known = { ...request, requestId: randomUUID(), calendarId: randomUUID() };
  const made = await rig.client().createFeed(known);
  await rig.calendars.stop();
  const unasked = rig.client().createFeed({ ...known, requestId: randomUUID() });
  expect(ConnectError.from(await unasked.catch((error: unknown) => error))).toMatchObject({ code: Code.Unavailable });
  expect(await rig.client().createFeed(known)).toEqual(made);
});
