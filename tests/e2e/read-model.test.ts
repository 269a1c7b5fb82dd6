import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import { AllocationService } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock, type TestClock } from "@calends/testkit/clock";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup } from "./_groups.ts";
import {
  bookHours,
  check,
  counted,
  countedSince,
  expectEqual,
  inAvailability,
  nothing,
  rebuild,
} from "./_read-model.ts";
import { readModel, untilTrue } from "./_truth.ts";
import { dayAhead, range } from "./_util.ts";

const hourMs = 3_600_000;
/** Longer than an event is waited for. */
const settledMs = 60_000;
let sky: TestConstellation;
let clock: TestClock;
let bookable: Bookable;

beforeAll(async () => {
  clock = createTestClock(new Date());
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());
beforeEach(async () => {
  bookable = await createBookable(sky);
});

function cancel(bookingId: string | undefined) {
  const bookings = sky.client(BookingService, bookable.organizationId);
  return bookings.cancelBooking({ requestId: randomUUID(), bookingId: must(bookingId, "booking") });
}

test("a dropped read model, rebuilt, has the checksums of its owner; repeated, the rebuild changes nothing", async () => {
  const [first] = await bookHours(sky, bookable, 20, 2);
  await cancel(first);
  await untilTrue(sky);
  const { organizationId } = bookable;
  await inAvailability(sky, "DELETE FROM busy_times WHERE organization_id = $1", [organizationId]);
  await inAvailability(sky, "DELETE FROM busy_sources WHERE organization_id = $1", [organizationId]);
  const before = await counted(sky);
  expect(await rebuild(sky, bookable)).toEqual({ bookings: 20, missing: 19, extra: 0, wrong: 0 });
  await expectEqual(sky, bookable);
  expect(await rebuild(sky, bookable)).toEqual({ bookings: 20, ...nothing });
  expect(await countedSince(sky, before)).toEqual(nothing);
});

test("of 400 rows one in a hundred is deleted, shifted or added: each is found, repaired and counted, nothing else", async () => {
  await bookHours(sky, bookable, 400, 2);
  const before = await counted(sky);
  const { calendarId, organizationId } = bookable;
  const one = (skip: number) =>
    `(SELECT source_id FROM busy_times WHERE calendar_id = '${calendarId}'
      ORDER BY starts_at OFFSET ${skip} LIMIT 1)`;
  await inAvailability(sky, `DELETE FROM busy_times WHERE source_id IN ${one(100)}`);
  const later = "ends_at = ends_at + interval '7 minutes', starts_at = starts_at + interval '7 minutes'";
  await inAvailability(sky, `UPDATE busy_times SET ${later} WHERE source_id IN ${one(200)}`);
  // One of a booking that nobody has, and one more of a booking that there is, on a calendar that it does not take.
  const add = `INSERT INTO busy_times (organization_id, calendar_id, starts_at, ends_at, source, source_id)
    SELECT $1, $2, now() + interval '90 days', now() + interval '91 days', 'booking',`;
  await inAvailability(sky, `${add} $3`, [organizationId, calendarId, randomUUID()]);
  await inAvailability(sky, `${add} ${one(300)}`, [organizationId, randomUUID()]);
  expect(await check(sky, bookable)).toEqual({ differed: 2, missing: 1, extra: 2, wrong: 1 });
  expect(await countedSince(sky, before)).toEqual({ missing: 1, extra: 2, wrong: 1 });
  await expectEqual(sky, bookable);
}, 240_000);

test("an event that was lost is found once it cannot be on its way any more; before, it is no drift", async () => {
  const [id] = await bookHours(sky, bookable, 2, 3);
  await inAvailability(sky, "DELETE FROM busy_times WHERE source_id = $1", [id]);
  await inAvailability(sky, "DELETE FROM busy_sources WHERE source_id = $1", [id]);
  expect(await check(sky, bookable)).toEqual({ differed: 1, ...nothing });
  clock.advance(settledMs);
  expect(await check(sky, bookable)).toEqual({ differed: 1, missing: 1, extra: 0, wrong: 0 });
  await expectEqual(sky, bookable);
});

test("a version that does not exist, which would keep events out, is drift; the next event is applied again", async () => {
  const [id] = await bookHours(sky, bookable, 1, 3);
  await inAvailability(sky, "UPDATE busy_sources SET version = 1000 WHERE source_id = $1", [id]);
  expect(await check(sky, bookable)).toEqual({ differed: 1, missing: 0, extra: 0, wrong: 1 });
  await cancel(id);
  await untilTrue(sky);
  await expectEqual(sky, bookable);
});

test("a version that was missed without a change of time is caught up with and not counted", async () => {
  const [id] = await bookHours(sky, bookable, 1, 3);
  await inAvailability(sky, "UPDATE busy_sources SET version = 0 WHERE source_id = $1", [id]);
  clock.advance(settledMs);
  expect(await check(sky, bookable)).toEqual({ differed: 1, ...nothing });
  await expectEqual(sky, bookable);
});

test("the time of a group session is its owner's as that of a booking is: no drift, found when lost, rebuilt", async () => {
  const group = await createGroup(sky, 3);
  const [first, second] = [await group.register(dayAhead(3), "one"), await group.register(dayAhead(3), "two")];
  expect(await untilTrue(sky)).toContainEqual(expect.stringContaining(first.sessionId));
  await expectEqual(sky, group);
  await inAvailability(sky, "DELETE FROM busy_times WHERE source_id = $1", [first.sessionId]);
  expect(await check(sky, group)).toEqual({ differed: 1, missing: 1, extra: 0, wrong: 0 });
  expect(await rebuild(sky, group)).toEqual({ bookings: 3, ...nothing });
  await Promise.all([group.cancel(first), group.cancel(second)]);
  await untilTrue(sky);
  await expectEqual(sky, group);
});

test("what another organization has is neither summarized, listed, checked nor rebuilt", async () => {
  const bookingIds = await bookHours(sky, bookable, 2, 3);
  const stranger = randomUUID();
  const allocations = sky.client(AllocationService, stranger);
  expect((await allocations.summarizeCalendars({})).summaries).toEqual([]);
  expect((await allocations.listAllocations({})).bookings).toEqual([]);
  expect((await allocations.listAllocations({ calendarId: bookable.calendarId })).bookings).toEqual([]);
  expect((await allocations.batchGetAllocations({ bookingIds })).bookings).toEqual([]);
  const before = await readModel(sky);
  const { checkDrift } = sky.client(ReadModelService, stranger);
  expect((await checkDrift({})).calendarsCompared).toBe(0n);
  expect(await rebuild(sky, { ...bookable, organizationId: stranger })).toEqual({ bookings: 0, ...nothing });
  expect(await readModel(sky)).toEqual(before);
});

test("summaries and lists come in pages that leave nothing out", async () => {
  const calendars = [bookable, ...(await Promise.all(range(4).map(() => createBookable(sky, bookable))))];
  await Promise.all(calendars.map((each, i) => bookAt(sky, each, dayAhead(3) + i * hourMs)));
  const allocations = sky.client(AllocationService, bookable.organizationId);
  const endsAfter = timestampFromMs(clock.now().getTime());
  const summarized = await all(async (pageToken) => {
    const { summaries, nextPageToken } = await allocations.summarizeCalendars({ endsAfter, pageSize: 2, pageToken });
    return { ids: summaries.map(({ calendarId }) => calendarId), nextPageToken };
  });
  const listed = await all(async (pageToken) => {
    const { bookings, nextPageToken } = await allocations.listAllocations({ pageSize: 2, pageToken });
    return { ids: bookings.map(({ bookingId }) => bookingId), nextPageToken };
  });
  expect(summarized).toEqual(calendars.map(({ calendarId }) => calendarId).toSorted());
  expect(new Set(listed).size).toBe(5);
  await untilTrue(sky);
  await expectEqual(sky, bookable);
});

async function all(read: (pageToken: string) => Promise<{ ids: string[]; nextPageToken: string }>): Promise<string[]> {
  const { ids, nextPageToken } = await read("");
  let [found, next] = [ids, nextPageToken];
  while (next !== "") {
    const page = await read(next);
    [found, next] = [[...found, ...page.ids], page.nextPageToken];
  }
  return found;
}
