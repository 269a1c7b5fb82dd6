import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AppointmentTypeService } from "@calends/contracts/calends/booking/v1/appointment_type_service_pb";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { violationsOf } from "@calends/kit/connect-errors";
import { encodePageToken } from "@calends/kit/paging";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { dayAhead, daysFrom, outcomeOf, outcomeOfError } from "./_util.ts";

let sky: TestConstellation;
let bookable: Bookable;

beforeAll(async () => {
  sky = await startTestConstellation();
  bookable = await createBookable(sky);
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Calls the gateway in JSON, as staff. */
async function callJson(path: string, body: object): Promise<{ status: number; text: string }> {
  const token = await sky.token({ organizationId: bookable.organizationId });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(`${sky.gatewayUrl}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

test("a booker and guests with addresses of international domains are booked, and mailed", async () => {
  const request = () => ({ requestId: randomUUID(), appointmentTypeId: bookable.typeId });
  const booker = { name: "Jürgen", email: "juergen@bücher.example", timeZone: "UTC" };
  const startTime = timestampFromMs(dayAhead(3));
  const bookings = sky.client(BookingService, bookable.organizationId);
  expect(await outcomeOf(bookings.createBooking({ ...request(), details: { startTime, booker } }))).toBe("ok");
  const mail = await sky.mailbox.waitFor(({ envelope }) => envelope.to.some((to) => to.startsWith("juergen@")), {
    timeoutMs: 30_000,
  });
  expect(mail.raw).toContain("juergen@xn--bcher-kva.example");
  for (const email of ["no-address", "a@", "a@-x.example", "ü@x.example", "a@b..example", "a b@x.example"]) {
    const wrong = { ...request(), details: { startTime, booker: { ...booker, email } } };
    expect(await outcomeOf(bookings.createBooking(wrong))).toBe("InvalidArgument/INVALID_FIELD");
  }
});

test("page tokens that nobody was given are refused as INVALID_ARGUMENT", async () => {
  const bookings = sky.client(BookingService, bookable.organizationId);
  const blocked = sky.client(BlockedTimeService, bookable.organizationId);
  const instants = ["0000-01-01T00:00:00Z", "2027-02-30T00:00:00Z", "9999-12-31T25:00:00Z", "2027-01-01T00.00Z"];
  for (const instant of instants) {
    const pageToken = encodePageToken([instant, randomUUID()]);
    const listed = [
      outcomeOf(bookings.listBookings({ pageToken })),
      outcomeOf(blocked.listBlockedTimes({ pageToken, range: daysFrom(dayAhead(1), 5) })),
    ];
    expect(await Promise.all(listed)).toEqual(["InvalidArgument/INVALID_FIELD", "InvalidArgument/INVALID_FIELD"]);
  }
});

test("a field that does not exist is refused with the name of the nearest one, by Connect and by REST", async () => {
  const list = await callJson("/calends.booking.v1.BookingService/ListBookings", { pagesize: 3 });
  expect(list.status).toBe(400);
  expect(list.text).toContain("pagesize: there is no such field; did you mean");
  expect(list.text).toContain("pageSize");
  const book = await callJson(`/book/${bookable.slug}/book`, { details: { startime: "2027-01-01T00:00:00Z" } });
  expect(book.status).toBe(400);
  expect(book.text).toContain("startTime");
  const query = `message=${encodeURIComponent('{"slugg":"a"}')}&encoding=json&connect=v1`;
  const page = await fetch(`${sky.gatewayUrl}/calends.booking.v1.PublicBookingService/GetBookingPage?${query}`);
  expect(page.status).toBe(400);
  expect(await page.text()).toContain("slugg: there is no such field");
});

test("an enum's wrong value is refused with the names of the right ones", async () => {
  const request = { requestId: randomUUID(), name: "Ada", timeZone: "UTC" };
  const path = "/calends.availability.v1.CalendarService/CreateCalendar";
  for (const kind of ["PERSON", 99, 0]) {
    const { status, text } = await callJson(path, { ...request, kind });
    expect(status).toBe(400);
    expect(text).toContain("must be one of CALENDAR_KIND_PERSON");
  }
});

test("a slug that is taken is refused by its name", async () => {
  const types = sky.client(AppointmentTypeService, bookable.organizationId);
  const fields = { slug: bookable.slug, appointmentTypeId: bookable.typeId, active: true };
  const refusal: unknown = await types
    .createBookingLink({ requestId: randomUUID(), fields })
    .catch((error: unknown) => error);
  expect(outcomeOfError(refusal)).toBe("AlreadyExists/ALREADY_EXISTS");
  expect(String(refusal)).toContain("another record has the same slug");
  expect(violationsOf(refusal).map(({ field }) => field)).toEqual(["slug"]);
});
