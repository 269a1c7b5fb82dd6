import { randomUUID } from "node:crypto";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import * as fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createHosts, createType, expectNoDeadlocks } from "./_hosts.ts";
import { at, bookSeries, datesOf, untilDates } from "./_recurring.ts";
import { applyEdit, compare, edit, on, pattern } from "./_series-edits.ts";
import { query } from "./_util.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

async function seriesOn(bookable: Bookable): Promise<string> {
  return must((await bookSeries(sky, bookable)).series, "series").id;
}

function tuesdays(words: string, from = 0): string[] {
  return ["01", "08", "15", "22"].slice(from).map((day) => `2026-12-${day}T10:00 ${words} 2026-12-${day}T10:00`);
}

test("dates wait for confirmation where the type says so; another pattern gives up what waits and keeps what is confirmed", async () => {
  const bookable = await createBookable(sky, { type: { requiresConfirmation: true } });
  const { organizationId } = bookable;
  const { series, dates } = await bookSeries(sky, bookable);
  const seriesId = must(series, "series").id;
  await untilDates(sky, organizationId, seriesId, tuesdays("BOOKED PENDING"));
  const bookings = sky.client(BookingService, organizationId);
  const bookingId = must(dates[1]?.booking, "booking").id;
  await bookings.confirmBooking({ requestId: randomUUID(), bookingId });
  const update = { ...on(seriesId), title: "Intro", pattern: pattern("2026-12-03T11:00:00") };
  await sky.client(SeriesService, organizationId).updateSeries(update);
  const thursdays = ["03", "10", "17", "24"].map((day) => `2026-12-${day}T11:00 BOOKED PENDING 2026-12-${day}T11:00`);
  const [first = "", , ...later] = tuesdays("CANCELLED CANCELLED");
  const [confirmed = ""] = tuesdays("BOOKED CONFIRMED", 1);
  await untilDates(sky, organizationId, seriesId, [first, confirmed, ...later, ...thursdays].toSorted());
  const { booking } = await bookings.getBooking({ bookingId: must(dates[0]?.booking, "booking").id });
  expect(booking?.cancellationReason).toBe("Recurring series changed");
  await sky.client(SeriesService, organizationId).updateSeries({
    ...update,
    requestId: randomUUID(),
    pattern: pattern("2026-12-04T11:00:00"),
    replaceConfirmed: true,
  });
  const look = async () => (await datesOf(sky, organizationId, seriesId)).filter((line) => line.includes("BOOKED"));
  await until("fridays alone", look, (lines) => lines.length === 4 && lines.every((line) => line.includes("PENDING")));
});

test("one date is moved, put back, skipped and restored, and each time its booking follows in the same row", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const seriesId = await seriesOn(bookable);
  const series = sky.client(SeriesService, organizationId);
  const recurrenceId = at("2026-12-08T10:00:00Z");
  const usual = tuesdays("BOOKED CONFIRMED");
  const withSecond = (line: string) => [usual[0] ?? "", line, ...usual.slice(2)];
  await series.changeOccurrence({ ...on(seriesId), recurrenceId, startTime: at("2026-12-09T14:00:00Z") });
  await untilDates(sky, organizationId, seriesId, withSecond("2026-12-08T10:00 BOOKED CONFIRMED 2026-12-09T14:00"));
  await series.restoreOccurrence({ ...on(seriesId), recurrenceId });
  await untilDates(sky, organizationId, seriesId, usual);
  await series.cancelOccurrence({ ...on(seriesId), recurrenceId });
  await untilDates(sky, organizationId, seriesId, withSecond("2026-12-08T10:00 SKIPPED CANCELLED 2026-12-08T10:00"));
  await series.restoreOccurrence({ ...on(seriesId), recurrenceId });
  await untilDates(sky, organizationId, seriesId, usual);
  const { bookings } = await sky.client(BookingService, organizationId).listBookings({});
  expect(bookings.map(({ version }) => version)).toEqual([1n, 5n, 1n, 1n]);
});

test("a booking that is cancelled or moved by itself stays as it is when its series plans again", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const { series, dates } = await bookSeries(sky, bookable);
  const seriesId = must(series, "series").id;
  const bookings = sky.client(BookingService, organizationId);
  const idOf = (index: number) => must(dates[index]?.booking, "booking").id;
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: idOf(1), reason: "Ill" });
  const startTime = at("2026-12-16T12:00:00Z");
  await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId: idOf(2), startTime });
  const recurrenceId = at("2026-12-01T10:00:00Z");
  await sky.client(SeriesService, organizationId).cancelOccurrence({ ...on(seriesId), recurrenceId });
  const settled = untilDates(sky, organizationId, seriesId, [
    "2026-12-01T10:00 SKIPPED CANCELLED 2026-12-01T10:00",
    "2026-12-08T10:00 CANCELLED CANCELLED 2026-12-08T10:00",
    "2026-12-15T10:00 BOOKED CONFIRMED 2026-12-16T12:00",
    "2026-12-22T10:00 BOOKED CONFIRMED 2026-12-22T10:00",
  ]);
  await expect(settled).resolves.toBeUndefined();
});

test("this and following: the new series takes the dates over, also where they were confirmed", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const seriesId = await seriesOn(bookable);
  const split = { ...on(seriesId), recurrenceId: at("2026-12-15T10:00:00Z"), pattern: pattern("2026-12-15T10:00:00") };
  const { continued } = await sky.client(SeriesService, organizationId).splitSeries(split);
  await untilDates(sky, organizationId, seriesId, [
    ...tuesdays("BOOKED CONFIRMED").slice(0, 2),
    ...tuesdays("CANCELLED CANCELLED", 2),
  ]);
  clock.advance(10_000);
  const taken = untilDates(sky, organizationId, must(continued, "series").id, tuesdays("BOOKED CONFIRMED", 2));
  await expect(taken).resolves.toBeUndefined();
});

test("news of a series that come while its first date is being booked wait for that, and end nobody's transaction", async () => {
  const organizationId = randomUUID();
  const hosts = (await createHosts(sky, organizationId, 2)).map((calendarId) => ({ calendarId }));
  const typeId = await createType(sky, organizationId, hosts, { category: Category.ROUND_ROBIN });
  const held = new Client({ connectionString: sky.databaseUrl("booking") });
  await held.connect();
  await held.query("BEGIN; LOCK TABLE booking_history IN SHARE ROW EXCLUSIVE MODE");
  const made = bookSeries(sky, { organizationId, typeId });
  const waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const look = async () => (await query(sky.databaseUrl("booking"), waiting)).length;
  const edits = sky.client(SeriesService, organizationId);
  try {
    await until("a booking waits", look, (count) => count >= 1);
    const [series] = (await edits.listSeries({})).series;
    const first = { recurrenceId: at("2026-12-01T10:00:00Z"), startTime: at("2026-12-01T12:00:00Z") };
    await edits.changeOccurrence({ ...on(must(series, "series").id), ...first });
    await until("what the engine tells waits, too", look, (count) => count >= 2);
  } finally {
    await held.end();
  }
  const { series } = await made;
  const [first = "", ...later] = tuesdays("BOOKED CONFIRMED");
  await untilDates(sky, organizationId, must(series, "series").id, [first.replace(/10:00$/, "12:00"), ...later]);
  await expectNoDeadlocks(sky);
});

test("after any edits of a series, what stands is what the series says, with one row for each date", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 3, maxLength: 7 }), async (edits) => {
      const bookable = await createBookable(sky);
      const { organizationId } = bookable;
      const line = [await seriesOn(bookable)];
      for (const one of edits) {
        const last = await applyEdit({ sky, clock, organizationId }, line.at(-1) ?? "", one);
        line.push(...(line.includes(last) ? [] : [last]));
      }
      // A paused series plans nothing: it is compared when it plans again.
      await Promise.all(
        line.map((id) => applyEdit({ sky, clock, organizationId }, id, { what: "resume", which: 0, hours: 1 })),
      );
      const look = async () => {
        clock.advance(1_000);
        return compare({ sky, clock, organizationId }, line);
      };
      await until("what stands is what is wanted", look, ({ wanted, standing }) => String(wanted) === String(standing));
      const rows = await query(
        sky.databaseUrl("booking"),
        "SELECT series_id, recurrence_id FROM bookings WHERE organization_id = $1 GROUP BY 1, 2 HAVING count(*) > 1",
        [organizationId],
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 12), endOnFailure: true },
  );
}, 36_000_000);
