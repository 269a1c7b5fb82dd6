import { randomUUID } from "node:crypto";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import {
  ConflictPolicy,
  RecurringBookingService,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { ConnectError, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { asMember, startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { at, bookSeries, inShort, minute, ms, regular, termsOf, untilDates } from "./_recurring.ts";
import { outcomeOf, query } from "./_util.ts";

let sky: TestConstellation;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
const second = Date.parse("2026-12-08T10:00:00Z");

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

/** A calendar that is taken on the second of four dates. */
async function blockedBookable(): Promise<Bookable> {
  const bookable = await createBookable(sky);
  await bookAt(sky, bookable, second);
  await until("availability has heard of it", async () => {
    const bookings = sky.client(BookingService, bookable.organizationId);
    const asked = { appointmentTypeId: bookable.typeId, startTime: timestampFromMs(second) };
    return !(await bookings.explainSlot(asked)).available;
  });
  return bookable;
}

/** What PlanSeries says of each date, in short. */
async function planOf(bookable: Bookable, policy: ConflictPolicy, terms: object = {}) {
  const client = sky.client(RecurringBookingService, bookable.organizationId);
  return client.planSeries({ terms: termsOf(bookable, {}, { policy, ...terms }) });
}

describe("a date that is taken", () => {
  test("fails the whole series: nothing is made, and the refusal names the date", async () => {
    const bookable = await blockedBookable();
    const plan = await planOf(bookable, ConflictPolicy.FAIL);
    expect(plan.wouldBeMade).toBe(false);
    expect(plan.dates.map(({ reason }) => reason)).toEqual(["", "SLOT_TAKEN", "", ""]);
    const calendar = { calendar_id: bookable.calendarId };
    expect(plan.dates[1]?.metadata).toMatchObject({
      record_kind: "booking",
      record_id: expect.any(String),
      ...calendar,
    });
    const call = bookSeries(sky, bookable, {}, { policy: ConflictPolicy.FAIL });
    expect(await outcomeOf(call)).toBe("FailedPrecondition/SLOT_TAKEN");
    const { series } = await sky.client(SeriesService, bookable.organizationId).listSeries({});
    expect(series).toEqual([]);
    const { bookings } = await sky.client(BookingService, bookable.organizationId).listBookings({});
    expect(bookings).toHaveLength(1);
  });

  test("counts the dates before it towards the limits of its type, in the plan as in the booking", async () => {
    const bookable = await createBookable(sky, { type: { monthlyLimit: { maxBookings: 2 } } });
    const reasons = ["", "", "MONTHLY_LIMIT", "MONTHLY_LIMIT"];
    const whole = await planOf(bookable, ConflictPolicy.FAIL);
    expect(whole.wouldBeMade).toBe(false);
    expect(whole.dates.map(({ reason }) => reason)).toEqual(reasons);
    const call = bookSeries(sky, bookable, {}, { policy: ConflictPolicy.FAIL });
    expect(await outcomeOf(call)).toBe("FailedPrecondition/MONTHLY_LIMIT");
    const parted = await planOf(bookable, ConflictPolicy.SKIP_WITH_PLACEHOLDER);
    const { dates } = await bookSeries(sky, bookable, {}, { policy: ConflictPolicy.SKIP_WITH_PLACEHOLDER });
    expect(parted.dates.map(({ outcome }) => outcome)).toEqual(dates.map(({ outcome }) => outcome));
    expect(parted.dates.map(({ reason }) => reason)).toEqual(reasons);
  });

  test("goes to the nearest free slot of its day, within the bound", async () => {
    const bookable = await blockedBookable();
    const plan = await planOf(bookable, ConflictPolicy.NEAREST);
    expect(minute(plan.dates[1]?.startTime)).toBe("2026-12-08T09:30");
    expect(plan.dates[1]).toMatchObject({ reason: "SLOT_TAKEN" });
    const { dates } = await bookSeries(sky, bookable, {}, { policy: ConflictPolicy.NEAREST });
    expect(dates.map(inShort)[1]).toBe("2026-12-08T10:00 BOOKED CONFIRMED 2026-12-08T09:30");
    expect(dates[1]?.reason).toBe("SLOT_TAKEN");
    const tight = { policy: ConflictPolicy.NEAREST, nearestWithin: durationFromMs(60_000) };
    const other = await bookSeries(sky, bookable, { localStart: "2026-12-08T10:00:00" }, tight);
    expect(other.dates.map(inShort)[0]).toBe("2026-12-08T10:00 CONFLICT CANCELLED 2026-12-08T10:00");
  });

  test("goes to another host of a round-robin type; the series keeps its host otherwise", async () => {
    const bookable = await roundRobin();
    const [first, other] = bookable.hostIds;
    const terms = { policy: ConflictPolicy.OTHER_HOST, hostCalendarId: first };
    await blockCalendar(bookable, first, second);
    const plan = await planOf(bookable, ConflictPolicy.OTHER_HOST, { hostCalendarId: first });
    expect(plan.dates.map(({ hostCalendarId }) => hostCalendarId)).toEqual([first, other, first, first]);
    const { dates } = await bookSeries(sky, bookable, {}, terms);
    expect(dates.map(({ booking }) => booking?.hosts[0]?.calendarId)).toEqual([first, other, first, first]);
    const strict = { policy: ConflictPolicy.SKIP_WITH_PLACEHOLDER, hostCalendarId: first };
    const later = await bookSeries(sky, bookable, { localStart: "2026-12-08T10:00:00" }, strict);
    expect(later.dates.map(inShort)[0]).toContain("CONFLICT");
    for (const policy of [ConflictPolicy.FAIL, ConflictPolicy.SKIP_WITH_PLACEHOLDER]) {
      const made = await bookSeries(sky, bookable, { localStart: `2026-12-02T1${policy}:00:00` }, { policy });
      expect(new Set(made.dates.map(({ booking }) => booking?.hosts[0]?.calendarId)).size).toBe(1);
      expect(made.dates.map(inShort).every((line) => line.includes(" BOOKED "))).toBe(true);
    }
  });

  test("is booked once the blocked time in its way is deleted", async () => {
    const bookable = await createBookable(sky);
    const blockedTimeId = await blockCalendar(bookable, bookable.calendarId, second);
    const { series, dates } = await bookSeries(sky, bookable);
    expect(dates.map(inShort)[1]).toContain("CONFLICT CANCELLED");
    const blocked = sky.client(BlockedTimeService, bookable.organizationId);
    await blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId });
    const days = ["01", "08", "15", "22"].map((day) => `2026-12-${day}T10:00`);
    clock.advance(2_000);
    await untilDates(
      sky,
      bookable.organizationId,
      must(series, "series").id,
      days.map((day) => `${day} BOOKED CONFIRMED ${day}`),
    );
  });
});

describe("who may make a series, and how long", () => {
  test("only callers with the entitlement that the type names, with exact words", async () => {
    const member = await createBookable(sky, { type: { seriesEntitlement: "sustaining_member" } });
    const words = "Only sustaining members can create recurring reservations.";
    await expect(bookSeries(sky, member)).rejects.toThrow(words);
    const patron = await createBookable(sky, { type: { seriesEntitlement: "patron" } });
    await expect(bookSeries(sky, patron)).rejects.toThrow('"patron"');
    expect(await outcomeOf(bookSeries(sky, patron))).toBe("PermissionDenied/MISSING_ENTITLEMENT");
    const scopes = ["recurring:write", "entitlement:sustaining_member"];
    expect(await outcomeOf(bookAs(member, scopes))).toBe("ok");
  });

  test("a booker's series ends after the type's months, six unless it says otherwise; one of the staff's does not", async () => {
    const bookable = await createBookable(sky, { type: { maxSeriesMonths: 2 } });
    const usual = await createBookable(sky);
    const ofBooker = await bookAs(bookable, ["recurring:write"]);
    expect(ofBooker.series?.rruleString).toContain("UNTIL=20270201T");
    expect((await bookAs(usual, ["recurring:write"])).series?.rruleString).toContain("UNTIL=20270601T");
    expect((await bookSeries(sky, bookable)).series?.rruleString).toBe("FREQ=WEEKLY");
  });

  test("a booker neither sees nor ends what somebody else made", async () => {
    const bookable = await createBookable(sky);
    const { series } = await bookSeries(sky, bookable);
    const stranger = await memberClient(bookable, ["recurring:read", "recurring:write"], "stranger");
    const seriesId = must(series, "series").id;
    const request = { requestId: randomUUID(), seriesId, recurrenceId: at("2026-12-08T10:00:00Z") };
    expect(await outcomeOf(stranger.listSeriesBookings({ seriesId }))).toBe("NotFound/NOT_FOUND");
    expect(await outcomeOf(stranger.skipOccurrence(request))).toBe("NotFound/NOT_FOUND");
    expect(await outcomeOf(stranger.cancelRecurringBooking({ requestId: randomUUID(), seriesId }))).toBe(
      "NotFound/NOT_FOUND",
    );
  });
});

describe("a booker's change policy", () => {
  const skip = (seriesId: string, day: string) => ({
    requestId: randomUUID(),
    seriesId,
    recurrenceId: at(`2026-12-${day}T10:00:00Z`),
  });

  test("holds for the dates of a series: one that may not be cancelled is not skipped, except by staff", async () => {
    const bookerPolicy = { cancelNotice: durationFromMs(7 * 86_400_000) };
    const bookable = await createBookable(sky, { type: { bookerPolicy } });
    const seriesId = must((await bookAs(bookable, ["recurring:write"])).series, "series").id;
    const booker = await memberClient(bookable, ["recurring:write"]);
    expect(await outcomeOf(booker.skipOccurrence(skip(seriesId, "01")))).toBe("FailedPrecondition/CHANGE_POLICY");
    expect(await outcomeOf(booker.skipOccurrence(skip(seriesId, "08")))).toBe("ok");
    expect(
      await outcomeOf(booker.skipOccurrence({ ...skip(seriesId, "01"), recurrenceId: at("2027-03-02T10:00:00Z") })),
    ).toBe("ok");
    const staff = sky.client(RecurringBookingService, bookable.organizationId);
    expect(await outcomeOf(staff.skipOccurrence(skip(seriesId, "01")))).toBe("ok");
  });

  test("holds for a series as a whole: the first booking that may not be cancelled keeps it, and is named", async () => {
    const bookable = await createBookable(sky, { type: { bookerPolicy: { noCancel: true } } });
    const seriesId = must((await bookAs(bookable, ["recurring:write"])).series, "series").id;
    const booker = await memberClient(bookable, ["recurring:read", "recurring:write"]);
    const call = () => booker.cancelRecurringBooking({ requestId: randomUUID(), seriesId });
    expect(await outcomeOf(call())).toBe("FailedPrecondition/CHANGE_POLICY");
    const error = await call().catch((thrown: unknown) => ConnectError.from(thrown));
    const [info] = error instanceof ConnectError ? error.findDetails(ErrorInfoSchema) : [];
    expect(info?.metadata).toEqual({ rule: "no_cancel", recurrence_id: "2026-12-01T10:00:00.000Z" });
    const { dates } = await booker.listSeriesBookings({ seriesId });
    expect(dates.map(inShort).every((line) => line.includes("BOOKED CONFIRMED"))).toBe(true);
    const staff = sky.client(RecurringBookingService, bookable.organizationId);
    expect(await outcomeOf(staff.cancelRecurringBooking({ requestId: randomUUID(), seriesId }))).toBe("ok");
  });
});

test("the same request makes one series, however often it comes at once", async () => {
  const bookable = await createBookable(sky);
  const client = sky.client(RecurringBookingService, bookable.organizationId);
  const request = { requestId: randomUUID(), terms: termsOf(bookable), booker: regular };
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.createRecurringBooking(request)));
  expect(new Set(answers.map(({ series }) => series?.id)).size).toBe(1);
  const { bookings } = await sky.client(BookingService, bookable.organizationId).listBookings({});
  expect(bookings).toHaveLength(4);
  const other = { ...request, booker: { ...regular, name: "Other" } };
  expect(await outcomeOf(client.createRecurringBooking(other))).toBe("AlreadyExists/REQUEST_ID_REUSED");
});

test("a request that was refused leaves its id to the next try, also where it was refused after the plan", async () => {
  const bookable = await blockedBookable();
  const client = sky.client(RecurringBookingService, bookable.organizationId);
  const make = (policy: ConflictPolicy, pattern: object, requestId: string) =>
    client.createRecurringBooking({ requestId, terms: termsOf(bookable, pattern, { policy }), booker: regular });
  const first = randomUUID();
  expect(await outcomeOf(make(ConflictPolicy.FAIL, {}, first))).toBe("FailedPrecondition/SLOT_TAKEN");
  expect((await make(ConflictPolicy.NEAREST, {}, first)).dates).toHaveLength(4);
  // Of this, availability has not heard.
  const [unheard, later] = [randomUUID(), randomUUID()];
  await query(
    sky.databaseUrl("booking"),
    "INSERT INTO allocations VALUES ($1, $2, $3, '2026-12-08T14:00:00Z', '2026-12-08T14:30:00Z', true)",
    [bookable.organizationId, bookable.calendarId, unheard],
  );
  const afternoons = { localStart: "2026-12-01T14:00:00" };
  expect(await outcomeOf(make(ConflictPolicy.FAIL, afternoons, later))).toBe("FailedPrecondition/SLOT_TAKEN");
  await query(sky.databaseUrl("booking"), "DELETE FROM allocations WHERE booking_id = $1", [unheard]);
  const { dates } = await make(ConflictPolicy.FAIL, afternoons, later);
  expect(dates.map(inShort).every((line) => line.includes("BOOKED CONFIRMED"))).toBe(true);
});

test("eight series that race for the same dates get each date once, and placeholders for the rest", async () => {
  const bookable = await createBookable(sky);
  const made = await Promise.all(Array.from({ length: 8 }, () => bookSeries(sky, bookable)));
  const booked = made.flatMap(({ dates }) => dates).filter((date) => inShort(date).includes(" BOOKED "));
  expect(booked.map(({ recurrenceId }) => ms(recurrenceId)).toSorted((a, b) => a - b)).toEqual(
    [1, 8, 15, 22].map((day) => Date.UTC(2026, 11, day, 10)),
  );
});

async function memberClient({ organizationId }: Bookable, scopes: readonly string[], subject = "tester") {
  const target = sky.targets.booking;
  const interceptors = [
    asMember({ ...sky.signer, bearer: (claims) => sky.signer.bearer({ ...claims, subject }) }, organizationId, scopes),
  ];
  return createClient(RecurringBookingService, createGrpcTransport({ target, interceptors }));
}

async function bookAs(bookable: Bookable, scopes: readonly string[]) {
  const client = await memberClient(bookable, scopes);
  return client.createRecurringBooking({ requestId: randomUUID(), terms: termsOf(bookable), booker: regular });
}

async function blockCalendar({ organizationId }: Bookable, calendarId: string, startMs: number): Promise<string> {
  const blocked = sky.client(BlockedTimeService, organizationId);
  const range = { startTime: timestampFromMs(startMs), endTime: timestampFromMs(startMs + 1_800_000) };
  const { blockedTime } = await blocked.createBlockedTime({
    requestId: randomUUID(),
    blockedTime: { calendarId, ...range },
  });
  return must(blockedTime, "blocked time").id;
}

async function roundRobin(): Promise<Bookable & { hostIds: [string, string] }> {
  const organizationId = randomUUID();
  const one = await createBookable(sky, { organizationId });
  const made = await createBookable(sky, { organizationId });
  const hostIds: [string, string] = [one.calendarId, made.calendarId];
  const hosts = hostIds.map((calendarId, index) => ({ calendarId, name: `Host ${index}` }));
  const both = await createBookable(sky, { organizationId, type: { category: Category.ROUND_ROBIN, hosts } });
  return { ...both, hostIds };
}
