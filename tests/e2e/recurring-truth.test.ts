import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingChangeSchema } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { RecurringBookingService } from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { OccurrenceOutcome, type Occurrence } from "@calends/contracts/calends/recurrence/v1/series_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookSeries, datesOf, minute } from "./_recurring.ts";
import { on } from "./_series-edits.ts";
import { applyEdit, edit } from "./_series-any-edit.ts";
import { truthOf, type Edited, type Truth } from "./_series-truth.ts";

let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

const dayMs = 86_400_000;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

async function newSeries(): Promise<Edited> {
  const { organizationId, calendarId, typeId } = await createBookable(sky);
  const localStart = `${new Date(clock.now().getTime() + 3 * dayMs).toISOString().slice(0, 10)}T10:00:00`;
  const { series } = await bookSeries(sky, { organizationId, typeId }, { localStart });
  return { sky, clock, organizationId, calendarId, line: [must(series, "series").id], blockedIds: [] };
}

/** Waits until booking has followed the series, and both say the same of every date. */
async function untilOneTruth(edited: Edited): Promise<readonly string[]> {
  const look = () => {
    clock.advance(100);
    return truthOf(edited);
  };
  const { engine } = await until(
    "one truth at booking and the engine",
    look,
    ({ engine: there, booking, behind }) => behind.length === 0 && String(there) === String(booking),
  );
  return engine;
}

test("after each of any edits, booking and the engine say the same of every date: outcome, reason, booking and start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 9 }), async (edits) => {
      const edited = await newSeries();
      await untilOneTruth(edited);
      for (const one of edits) {
        await applyEdit(edited, one);
        await untilOneTruth(edited);
      }
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 8), endOnFailure: true },
  );
}, 36_000_000);

test("after edits of which none waits for the one before, booking and the engine say the same in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 12 }), async (edits) => {
      const edited = await newSeries();
      for (const one of edits) {
        await applyEdit(edited, one);
      }
      await untilOneTruth(edited);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 6), endOnFailure: true },
  );
}, 36_000_000);

test("a skip beyond the horizon that is taken back is forgotten by both, and its date is booked when its time comes", async () => {
  const edited = await newSeries();
  const { organizationId, line } = edited;
  const seriesId = must(line[0], "series");
  const series = sky.client(SeriesService, organizationId);
  const [far] = await occurrencesOf(edited, seriesId, 35);
  const recurrenceId = must(far?.recurrenceId, "far date");
  await series.cancelOccurrence({ ...on(seriesId), recurrenceId });
  const isKept = ({ engine }: Truth) => engine.some((told) => told.startsWith(`${minute(recurrenceId)}|SKIPPED`));
  await until("the skip is known", () => truthOf(edited), isKept);
  await untilOneTruth(edited);
  await series.restoreOccurrence({ ...on(seriesId), recurrenceId });
  const after = await untilOneTruth(edited);
  expect(after.filter((told) => told.startsWith(minute(recurrenceId)))).toEqual([]);
  clock.advance(10 * dayMs);
  const isBooked = (told: readonly string[]) =>
    told.some((one) => one.startsWith(`${minute(recurrenceId)} BOOKED CONFIRMED`));
  await until("it is booked when its time comes", () => datesOf(sky, organizationId, seriesId), isBooked);
});

test("what was cancelled by itself keeps its reason when the series is cancelled; the others have the series' reason", async () => {
  const edited = await newSeries();
  const { organizationId, line } = edited;
  const seriesId = must(line[0], "series");
  const { dates } = await sky.client(RecurringBookingService, organizationId).listSeriesBookings({ seriesId });
  const bookings = sky.client(BookingService, organizationId);
  const bookingId = must(dates[1]?.booking, "booking").id;
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId, reason: "Ill" });
  await untilOneTruth(edited);
  await sky.client(SeriesService, organizationId).cancelSeries({ ...on(seriesId), reason: "Moved away" });
  const told = await untilOneTruth(edited);
  expect(told.map((one) => one.split("|")[2])).toEqual(["Moved away", "Ill", "Moved away", "Moved away"]);
});

test("what follows from a change of a series was done by who changed it; a placeholder that heals by itself, by booking", async () => {
  const edited = await newSeries();
  const { organizationId, line } = edited;
  const seriesId = must(line[0], "series");
  const recurring = sky.client(RecurringBookingService, organizationId);
  const [first, second] = (await recurring.listSeriesBookings({ seriesId })).dates;
  await applyEdit(edited, { what: "block", which: 1, hours: 1 });
  const moved = {
    recurrenceId: must(first?.recurrenceId, "date"),
    startTime: must(second?.booking?.startTime, "start"),
  };
  await sky.client(SeriesService, organizationId).changeOccurrence({ ...on(seriesId), ...moved });
  const isConflict = (told: readonly string[]) => told.some((one) => one.includes("|CONFLICT|Scheduling conflict|"));
  await until("the date is in conflict", async () => (await truthOf(edited)).booking, isConflict);
  await applyEdit(edited, { what: "skip", which: 1, hours: 1 });
  await applyEdit(edited, { what: "unblock", which: 0, hours: 1 });
  const look = async () => {
    clock.advance(1_000);
    return sky.client(BookingService, organizationId).getBooking({ bookingId: must(first?.booking, "booking").id });
  };
  const { history } = await until("it is booked", look, ({ history: all }) => all.length === 3);
  expect(history.map(({ actor, change }) => `${actor} ${BookingChangeSchema.value[change]?.localName}`)).toEqual([
    "tester CREATED",
    "tester CANCELLED",
    "booking CREATED",
  ]);
});

test("a booked date says nothing of changes that it stayed at", async () => {
  const edited = await newSeries();
  const { organizationId, line } = edited;
  const seriesId = must(line[0], "series");
  await applyEdit(edited, { what: "update", which: 1, hours: 3 });
  await untilOneTruth(edited);
  const { dates } = await sky.client(RecurringBookingService, organizationId).listSeriesBookings({ seriesId });
  const booked = dates.filter(({ outcome }) => outcome === OccurrenceOutcome.BOOKED);
  expect(booked.map(({ reason }) => reason)).toEqual(booked.map(() => ""));
  expect(booked.length).toBeGreaterThan(4);
});

/** The dates of a series that begin in the four weeks after some days. */
async function occurrencesOf({ organizationId }: Edited, seriesId: string, days: number): Promise<Occurrence[]> {
  const from = clock.now().getTime() + days * dayMs;
  const range = { startTime: timestampFromMs(from), endTime: timestampFromMs(from + 28 * dayMs) };
  return (await sky.client(SeriesService, organizationId).listOccurrences({ seriesId, range })).occurrences;
}
