import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operate } from "../../deploy/operate.ts";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { at, bookSeries, untilDates } from "./_recurring.ts";
import { backUp, command, operateOn, restore, start, stop, untilReached } from "./_restore.ts";
import { on, pattern } from "./_series-edits.ts";
import { dayAhead } from "./_util.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stack = new AsyncDisposableStack();
let sky: TestConstellation;

beforeAll(async () => {
  sky = stack.use(await startTestConstellation());
});
afterAll(() => stack.disposeAsync());

test("after booking's database was restored, it and the recurrence engine say the same of every date of a series", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  const starts = [3, 4, 5, 6].map((days) => new Date(dayAhead(days) + 10 * hourMs).toISOString());
  const [first = "", second = "", third = "", fourth = ""] = starts.map((instant) => instant.slice(0, 16));
  const { series: made } = await bookSeries(sky, bookable, {
    localStart: `${first}:00`,
    rruleString: "FREQ=DAILY;COUNT=3",
  });
  const seriesId = must(made, "series").id;
  const booked = (date: string) => `${date} BOOKED CONFIRMED ${date}`;
  await untilDates(sky, organizationId, seriesId, [first, second, third].map(booked));
  await stop(sky, "booking");
  const backupAt = new Date();
  const backup = await backUp(sky);

  // Booking loses that it cancelled a date, and all that it heard of the series, which the engine has not lost.
  await using lost = await start(sky, "booking");
  await untilReached(sky, organizationId);
  const series = sky.client(SeriesService, organizationId);
  const bookings = sky.client(BookingService, organizationId);
  const { bookings: listed } = await bookings.listBookings({});
  const bookingId = must(
    listed.find(({ recurrenceId }) => recurrenceId?.seconds === at(`${first}:00Z`).seconds),
    "the first date's booking",
  ).id;
  await bookings.cancelBooking({ ...on(seriesId), bookingId });
  await series.cancelOccurrence({ ...on(seriesId), recurrenceId: at(`${second}:00Z`) });
  const longer = pattern(`${first}:00`, "FREQ=DAILY;COUNT=4");
  await series.updateSeries({ ...on(seriesId), title: "Intro", pattern: longer, replaceConfirmed: true });
  await untilDates(sky, organizationId, seriesId, [
    `${first} CANCELLED CANCELLED ${first}`,
    `${second} SKIPPED CANCELLED ${second}`,
    booked(third),
    booked(fourth),
  ]);
  await lost[Symbol.asyncDispose]();

  await restore(sky, backup);
  await operateOn(sky, "purge", "booking");
  expect(await command(sky, "booking", "restored")).toMatch(/"bookings":3,.*\nexit 0$/);
  expect(await command(sky, "recurrence-engine", "forget-outcomes", backupAt.toISOString())).toMatch(
    /^4 dates wait for booking\nexit 0$/,
  );
  await using _booking = await start(sky, "booking");
  await untilReached(sky, organizationId);
  expect(await command(sky, "availability", "rebuild")).toMatch(/exit 0$/);
  const before = new Date(backupAt.getTime() - dayMs).toISOString();
  await operate(["republish", before], { DATABASE_URL: sky.databaseUrl("recurrence-engine") });
  await untilDates(sky, organizationId, seriesId, [
    booked(first),
    `${second} SKIPPED CANCELLED ${second}`,
    booked(third),
    booked(fourth),
  ]);
}, 240_000);

test("which dates are forgotten has to be said", async () => {
  expect(await command(sky, "recurrence-engine", "forget-outcomes")).toMatch(/^name the instant .*\nexit 1$/);
});
