import { randomUUID } from "node:crypto";
import {
  ConflictPolicy,
  RecurringBookingService,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService } from "./_processes.ts";
import { datesOf, outcomesOf, regular, termsOf } from "./_recurring.ts";
import { countRows, dayAhead } from "./_util.ts";

let sky: TestConstellation;
const dates = 30;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Thirty daily dates from the day after tomorrow on. */
function daily() {
  const localStart = new Date(dayAhead(2) + 36_000_000).toISOString().slice(0, 19);
  return { localStart, rruleString: `FREQ=DAILY;COUNT=${dates}` };
}

describe.each([
  ["with placeholders", ConflictPolicy.SKIP_WITH_PLACEHOLDER],
  ["all or nothing", ConflictPolicy.FAIL],
])("a process that is killed while it books a series, %s", (_name, policy) => {
  // The series is what the engine makes first; bookings come one by one, or for all-or-nothing all at once.
  test.each([
    ["when the series is noted", "recurring_bookings WHERE organization_id = "],
    ["when the first dates are noted", "series_occurrences WHERE organization_id = "],
    ["after the first bookings", "bookings WHERE organization_id = "],
  ])("leaves each date to be booked once by the others, killed %s", async (_when, from) => {
    const bookable = await createBookable(sky);
    const { organizationId } = bookable;
    await using doomed = spawnService("booking", sky.environments.booking);
    const target = `ipv4:127.0.0.1:${await doomed.serving()}`;
    const request = {
      requestId: randomUUID(),
      terms: termsOf(bookable, daily(), { policy, maxAdvanceDays: 60 }),
      booker: regular,
    };
    const call = sky.client(RecurringBookingService, organizationId, target).createRecurringBooking(request);
    const answered = call.then(
      () => "answered",
      () => "died",
    );
    await until("it has begun", () => countRows(sky.databaseUrl("booking"), `${from}'${organizationId}'`));
    doomed.signal("SIGKILL");
    await answered;
    const again = await sky.client(RecurringBookingService, organizationId).createRecurringBooking(request);
    const seriesId = must(again.series, "series").id;
    const look = async () => [
      await datesOf(sky, organizationId, seriesId),
      await outcomesOf(sky, organizationId, seriesId),
    ];
    const all = (lines: readonly string[] = []) =>
      lines.length === dates && lines.every((line) => line.includes(" BOOKED"));
    await until("each date is booked", look, ([ofBooking, ofSeries]) => all(ofBooking) && all(ofSeries), 60_000);
    expect(await countRows(sky.databaseUrl("booking"), `bookings WHERE organization_id = '${organizationId}'`)).toBe(
      dates,
    );
    expect((await sky.client(SeriesService, organizationId).listSeries({})).series).toHaveLength(1);
  });
});

test("a series whose caller never comes back is booked all the same, by what the engine tells", async () => {
  const bookable = await createBookable(sky);
  const { organizationId } = bookable;
  await using doomed = spawnService("booking", sky.environments.booking);
  const target = `ipv4:127.0.0.1:${await doomed.serving()}`;
  const request = {
    requestId: randomUUID(),
    terms: termsOf(bookable, daily(), { maxAdvanceDays: 60 }),
    booker: regular,
  };
  const call = sky.client(RecurringBookingService, organizationId, target).createRecurringBooking(request);
  const ended = call.catch(() => undefined);
  await until("the series is there", () =>
    countRows(sky.databaseUrl("recurrence-engine"), `series WHERE organization_id = '${organizationId}'`),
  );
  doomed.signal("SIGKILL");
  await ended;
  const confirmed = `bookings WHERE organization_id = '${organizationId}' AND status = 'confirmed'`;
  const booked = until(
    "each date is booked",
    () => countRows(sky.databaseUrl("booking"), confirmed),
    (n) => n === dates,
    60_000,
  );
  expect(await booked).toBe(dates);
});
