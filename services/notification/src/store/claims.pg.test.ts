import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { migrate } from "@calends/kit/migrate";
import { createDatabase } from "@calends/testkit/postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Notice, NoticeKind } from "../domain/notice.ts";
import { beginTry, claimDue, postpone, retireDue, settle } from "./claims.ts";
import { forgetPaths, queueNotice } from "./deliveries.ts";
import { openStore, type Store } from "./index.ts";

const organizationId = randomUUID();
const stack = new AsyncDisposableStack();
const t0 = Date.parse("2026-12-01T00:00:00Z");
let store: Store;

beforeAll(async () => {
  const database = stack.use(await createDatabase("claims"));
  const directory = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));
  await migrate({ connectionString: database.url, directory });
  const pool = stack.adopt(new Pool({ connectionString: database.url, max: 8 }), (open) => open.end());
  store = stack.use(openStore(pool));
});

afterAll(() => stack.disposeAsync());

beforeEach(() => store.db.notice.deleteMany());

const at = (seconds: number): Date => new Date(t0 + seconds * 1_000);
const retry = (seconds: number) => ({ now: at(seconds), at: at(seconds + 60) });
const claim = (seconds: number, limit = 1_000) =>
  claimDue(store.db, at(seconds), at(seconds + 300), randomUUID(), limit);

function queue(bookingId: string, version: bigint, kind: NoticeKind, emails = ["a@example.com"]): Promise<string> {
  const party = { name: "A", email: "a@example.com", timeZone: "", locale: "" };
  const notice: Notice = {
    kind,
    audience: kind === "offer" ? "booker" : "all",
    bookingId,
    title: "T",
    startMs: t0,
    endMs: t0 + 1,
    pending: false,
    hosts: [],
    formerHosts: [],
    booker: { ...party, email: emails[0] ?? "" },
    bookerUnconfirmed: false,
    attendees: emails.slice(1).map((email) => ({ ...party, email })),
    answers: [],
    byBooker: false,
    moves: 0,
    location: "",
    meetingUrl: "",
    reason: "",
    sequence: 0,
    atMs: t0,
    sessions: [],
  };
  const booking = { organizationId, bookingId, version };
  return store.transaction((tx) => queueNotice(tx, booking, notice, { now: at(0), dueAt: at(0), maxAttempts: 3 }));
}

async function statusesOf(bookingId: string): Promise<string[]> {
  const rows = await store.db.delivery.findMany({ where: { bookingId }, orderBy: { bookingVersion: "asc" } });
  return rows.map(({ status }) => status);
}

test("a cancellation waits while the confirmation is on its way, and goes out after it", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  const [confirmation] = await claim(1);
  expect(confirmation?.notice.kind).toBe("confirmation");
  await queue(booking, 2n, "cancellation");
  expect(await claim(2)).toEqual([]);
  expect(confirmation && (await settle(store.db, confirmation, { kind: "sent" }, retry(3)))).toBe(true);
  const [cancellation] = await claim(4);
  expect(cancellation?.notice.kind).toBe("cancellation");
  expect(cancellation && (await settle(store.db, cancellation, { kind: "sent" }, retry(5)))).toBe(true);
  expect(await statusesOf(booking)).toEqual(["sent", "sent"]);
});

test("a confirmation that was deferred when the cancellation came is never tried again", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  const [confirmation] = await claim(1);
  await queue(booking, 2n, "cancellation");
  const outcome = { kind: "deferred", error: "451", code: "451" } as const;
  expect(confirmation && (await settle(store.db, confirmation, outcome, retry(3)))).toBe(true);
  expect(await statusesOf(booking)).toEqual(["superseded", "queued"]);
  expect((await claim(4)).map(({ notice }) => notice.kind)).toEqual(["cancellation"]);
});

test("a confirmation whose sender died is superseded at the end of its lease, and its late result changes nothing", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  const [confirmation] = await claim(1);
  await queue(booking, 2n, "cancellation");
  await retireDue(store.db, at(302));
  expect(await statusesOf(booking)).toEqual(["superseded", "queued"]);
  expect(confirmation && (await settle(store.db, confirmation, { kind: "sent" }, retry(303)))).toBe(false);
  expect(await claim(304)).toHaveLength(1);
});

test("interrupted at the last try: failed, and not tried for ever", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  for (const seconds of [1, 302, 603]) {
    await retireDue(store.db, at(seconds));
    const [claimed] = await claim(seconds);
    expect(claimed && (await beginTry(store.db, claimed))).toBe(true);
  }
  await retireDue(store.db, at(904));
  expect(await statusesOf(booking)).toEqual(["failed"]);
});

test("a try counts once it begins: not when the delivery is claimed and put back, nor when the sender dies before it", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  for (const seconds of [1, 100, 200]) {
    const [claimed] = await claim(seconds);
    expect(claimed?.attempts).toBe(1);
    expect(claimed && (await postpone(store.db, claimed, "not now", at(seconds + 5)))).toBe(true);
  }
  const [dead] = await claim(300);
  const [claimed] = await claim(601);
  expect(claimed?.attempts).toBe(1);
  expect(dead && (await beginTry(store.db, dead))).toBe(false);
  expect(claimed && (await beginTry(store.db, claimed))).toBe(true);
  expect(await store.db.delivery.findMany({ select: { attempts: true, status: true } })).toEqual([
    { attempts: 1, status: "queued" },
  ]);
});

test("links that the previous release stored are emptied, except in notices that still wait to be sent", async () => {
  const [sent, waiting] = [randomUUID(), randomUUID()];
  await queue(sent, 1n, "confirmation");
  const [claimed] = await claim(1);
  expect(claimed && (await settle(store.db, claimed, { kind: "sent" }, retry(2)))).toBe(true);
  await queue(waiting, 1n, "confirmation");
  await store.db.$executeRaw`UPDATE notices SET facts = jsonb_set(facts, '{managePath}', '"/manage/secret"')`;
  await forgetPaths(store.db);
  const rows = await store.db
    .$queryRaw`SELECT booking_id::text, facts ->> 'managePath' AS path FROM notices ORDER BY 2`;
  expect(rows).toEqual([
    { booking_id: sent, path: "" },
    { booking_id: waiting, path: "/manage/secret" },
  ]);
});

test("eight senders at once claim each delivery once", async () => {
  const emails = Array.from({ length: 100 }, (_, index) => `a${index}@example.com`);
  await queue(randomUUID(), 1n, "confirmation", emails);
  const claims: string[] = [];
  for (let taken = -1; taken !== claims.length;) {
    taken = claims.length;
    const rounds = await Promise.all(Array.from({ length: 8 }, () => claim(1, 7)));
    claims.push(...rounds.flat().map(({ id }) => id));
  }
  expect(claims).toHaveLength(100);
  expect(new Set(claims).size).toBe(100);
});

test("versions that race: whichever is queued first, the older is superseded", async () => {
  const bookings = Array.from({ length: 30 }, () => randomUUID());
  await Promise.all(
    bookings.flatMap((id) => [
      queue(id, 2n, "cancellation"),
      queue(id, 1n, "confirmation"),
      queue(id, 2n, "cancellation"),
    ]),
  );
  for (const id of bookings) {
    expect(await statusesOf(id)).toEqual(["superseded", "queued"]);
  }
});

test("an outdated delivery that turns up queued is not claimed", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  await queue(booking, 2n, "cancellation");
  await store.db.delivery.updateMany({ where: { bookingId: booking, bookingVersion: 1n }, data: { status: "queued" } });
  expect((await claim(1)).map(({ notice }) => notice.kind)).toEqual(["cancellation"]);
  await retireDue(store.db, at(1));
  expect((await statusesOf(booking))[0]).toBe("superseded");
});

const lost = { kind: "lost", error: "no answer", code: "ETIMEDOUT" } as const;
const deferred = { kind: "deferred", error: "451 later", code: "451" } as const;

test.each([
  ["nobody tried to send it: no", null, false],
  ["the server refused it for now: no", deferred, false],
  ["the server did not answer: yes", lost, true],
  ["the server took it: yes", { kind: "sent" } as const, true],
])("whether an invitation counts as sent when %s", async (_, outcome, isTold) => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  for (const first of outcome === null ? [] : await claim(1)) {
    await beginTry(store.db, first);
    await settle(store.db, first, outcome ?? deferred, retry(2));
  }
  await queue(booking, 2n, "cancellation");
  const [cancellation] = await claim(3);
  expect(cancellation?.told).toEqual({ anything: isTold, latest: isTold, invited: isTold });
});

test("a mail whose sender died while sending it counts as sent", async () => {
  const booking = randomUUID();
  await queue(booking, 1n, "confirmation");
  const [sending] = await claim(1);
  expect(sending && (await beginTry(store.db, sending))).toBe(true);
  await queue(booking, 2n, "cancellation");
  await retireDue(store.db, at(400));
  const [cancellation] = await claim(401);
  expect(cancellation?.told).toEqual({ anything: true, latest: true, invited: true });
});

test("after a cancellation its reader counts as not invited", async () => {
  const booking = randomUUID();
  for (const [version, kind] of (["request", "confirmation", "cancellation", "declined"] as const).entries()) {
    await queue(booking, BigInt(version + 1), kind);
    const [claimed] = await claim(version);
    expect(claimed?.told).toEqual({ anything: version > 0, latest: version > 0, invited: version === 2 });
    expect(claimed && (await settle(store.db, claimed, { kind: "sent" }, retry(version)))).toBe(true);
  }
});
