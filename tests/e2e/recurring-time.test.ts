import { randomUUID } from "node:crypto";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { OccurrenceOutcome } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createHosts, createType } from "./_hosts.ts";
import { at, bookSeries, minute } from "./_recurring.ts";

let sky: TestConstellation;
const dayMs = 86_400_000;
const clock = createTestClock(new Date("2027-02-26T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Clocks change on 2027-03-14 in New York, on 2027-03-28 in Berlin and on 2027-04-04 on Lord Howe. */
const kinds = [
  { rruleString: "FREQ=DAILY", localStart: "2027-03-01T19:00:00", timeZone: "Europe/Berlin" },
  { rruleString: "FREQ=WEEKLY;BYDAY=SU", localStart: "2027-02-28T02:30:00", timeZone: "Europe/Berlin" },
  { rruleString: "FREQ=WEEKLY;BYDAY=MO,TH", localStart: "2027-03-01T08:00:00", timeZone: "America/New_York" },
  { rruleString: "FREQ=MONTHLY;BYDAY=1SU", localStart: "2027-03-07T02:30:00", timeZone: "Australia/Lord_Howe" },
  { rruleString: "FREQ=WEEKLY;COUNT=6", localStart: "2027-03-02T12:00:00", timeZone: "UTC" },
];

test("over nine weeks, one of them without a roll, each date of each kind is booked once, at its local time", async () => {
  const made = await Promise.all(
    kinds.map(async (pattern) => {
      const bookable = await createBookable(sky);
      const { series } = await bookSeries(sky, bookable, pattern, { maxAdvanceDays: 14 });
      return { ...bookable, pattern, seriesId: must(series, "series").id };
    }),
  );
  const from = clock.now();
  for (const days of [3, 4, 7, 7, 14, 7, 10, 10]) {
    clock.advance(days * dayMs);
    for (const { organizationId, seriesId, pattern } of made) {
      const expected = await expectedStarts(organizationId, seriesId, from);
      const look = () => bookedStarts(organizationId, seriesId);
      await until(`dates of ${pattern.rruleString}`, look, (starts) => String(starts) === String(expected), 120_000);
    }
  }
  for (const { organizationId, seriesId } of made) {
    const { occurrences } = await sky.client(SeriesService, organizationId).listOutcomes({ seriesId, pageSize: 1000 });
    expect(new Set(occurrences.map(({ outcome }) => outcome))).toEqual(new Set([OccurrenceOutcome.BOOKED]));
  }
}, 600_000);

/** What the algorithm says, which its own tests hold against other implementations. */
async function expectedStarts(organizationId: string, seriesId: string, from: Date): Promise<string[]> {
  const horizon = new Date(clock.now().getTime() + 14 * dayMs).toISOString();
  const range = { startTime: at(from.toISOString()), endTime: at(horizon) };
  const { occurrences } = await sky.client(SeriesService, organizationId).listOccurrences({ seriesId, range });
  return occurrences.map(({ startTime }) => minute(startTime));
}

async function bookedStarts(organizationId: string, seriesId: string): Promise<string[]> {
  const recurring = sky.client(RecurringBookingService, organizationId);
  const { dates } = await recurring.listSeriesBookings({ seriesId, pageSize: 1000 });
  return dates.map(({ booking }) => (booking === undefined ? "none" : minute(booking.startTime)));
}

test("commitments and what is billed say what series take, by calendar and by month of their zone", async () => {
  const bookable = await createBookable(sky);
  const { organizationId, calendarId } = bookable;
  const start = new Date(clock.now().getTime() + dayMs).toISOString().slice(0, 10);
  const pattern = { localStart: `${start}T23:30:00`, timeZone: "America/New_York", rruleString: "FREQ=DAILY" };
  const { series, dates } = await bookSeries(sky, bookable, pattern, { maxAdvanceDays: 28 });
  const seriesId = must(series, "series").id;
  const recurring = sky.client(RecurringBookingService, organizationId);
  const recurrenceId = must(dates[3]?.recurrenceId, "date");
  await recurring.skipOccurrence({ requestId: randomUUID(), seriesId, recurrenceId });
  const commitments = sky.client(CommitmentService, organizationId);
  const look = async () => (await commitments.listCommitments({ calendarId })).commitments;
  const [commitment] = await until("the skip is known", look, ([one]) => one?.skips === 1);
  expect(commitment).toMatchObject({ occurrences: dates.length - 1, conflicts: 0, skips: 1 });
  expect(commitment?.hoursPerWeek).toBeCloseTo(((dates.length - 1) * 0.5) / 4, 5);
  expect((await commitments.listCommitments({ calendarId: randomUUID() })).commitments).toEqual([]);
  const byMonth = Map.groupBy(
    dates.filter((_, index) => index !== 3),
    ({ recurrenceId: time }) =>
      new Date(`${minute(time)}Z`).toLocaleDateString("sv", { timeZone: "America/New_York" }).slice(0, 7),
  );
  const inOrder = [...byMonth.keys()];
  const months = { firstMonth: must(inOrder[0], "month"), lastMonth: must(inOrder.at(-1), "month") };
  const { billable } = await commitments.listBillable({ seriesId, ...months });
  expect(billable.map(({ month, occurrences, minutes }) => [month, occurrences, minutes])).toEqual(
    [...byMonth].map(([month, all]) => [month, all.length, BigInt(all.length * 30)]),
  );
});

test("commitments of each host have the dates that are with it: of a round robin without a host, and of a collective", async () => {
  const organizationId = randomUUID();
  const [ada = "", bo = ""] = await createHosts(sky, organizationId, 2);
  const hosts = [ada, bo].map((calendarId) => ({ calendarId }));
  const start = new Date(clock.now().getTime() + dayMs).toISOString().slice(0, 10);
  const daily = (hour: string) => ({ localStart: `${start}T${hour}:00:00`, rruleString: "FREQ=DAILY;COUNT=7" });
  const make = async (category: Category, hour: string, terms: object = {}) => {
    const typeId = await createType(sky, organizationId, hosts, { category });
    return bookSeries(sky, { organizationId, typeId }, daily(hour), terms);
  };
  const collective = await make(Category.COLLECTIVE, "10");
  const roundRobin = await make(Category.ROUND_ROBIN, "12");
  const [date] = roundRobin.dates;
  const chosen = must(date?.booking?.hosts[0], "host").calendarId;
  const commitments = sky.client(CommitmentService, organizationId);
  const look = async () => {
    const listed = await Promise.all([ada, bo].map((calendarId) => commitments.listCommitments({ calendarId })));
    // The clock stands still: which of two ids comes first is chance.
    return listed.map((page) =>
      page.commitments.map(({ series, occurrences }) => `${series?.id} ${occurrences}`).sort(),
    );
  };
  const [ofRoundRobin, ofBoth] = [`${roundRobin.series?.id} 7`, `${collective.series?.id} 7`];
  const expected = [ada, bo].map((id) => (id === chosen ? [ofRoundRobin, ofBoth].toSorted() : [ofBoth]));
  const isSame = (listed: unknown) => JSON.stringify(listed) === JSON.stringify(expected);
  await expect(until("each host has its own", look, isSame)).resolves.toEqual(expected);
});
