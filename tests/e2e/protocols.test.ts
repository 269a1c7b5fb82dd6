import { randomUUID } from "node:crypto";
import { clone, equals } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { BookingStatus } from "@calends/contracts/calends/booking/v1/booking_pb";
import {
  PublicBookingSchema,
  PublicBookingService,
  type PublicBooking,
} from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import {
  createConnectTransport as createNodeConnect,
  createGrpcTransport as createNodeGrpc,
} from "@connectrpc/connect-node";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { dayAhead, daysFrom, outcomeOf } from "./_util.ts";
import { byFetch, byProtoFiles, byRest, byTransport, type Way } from "./_ways.ts";

const { method } = PublicBookingService;
const day = dayAhead(3);
const startMs = day + 10 * 3_600_000;
const laterMs = startMs + 3_600_000;

let sky: TestConstellation;
let bookable: Bookable;

beforeAll(async () => {
  sky = await startTestConstellation();
  bookable = await createBookable(sky, {
    link: { confirmationMessage: "See you!", redirectUrl: "https://a.example/ok" },
  });
});
afterAll(() => sky[Symbol.asyncDispose]());

const addressOf = (url: string) => new URL(url).host;
const bookingAddress = () => sky.targets.booking.replace("ipv4:", "");

const ways: readonly (readonly [string, () => Way])[] = [
  ["Connect JSON with fetch", () => byFetch(sky.gatewayUrl)],
  ["Connect-Web, JSON", () => byTransport(createConnectTransport({ baseUrl: sky.gatewayUrl }))],
  [
    "Connect-Web, binary and GET",
    () => byTransport(createConnectTransport({ baseUrl: sky.gatewayUrl, useBinaryFormat: true, useHttpGet: true })),
  ],
  ["gRPC-Web", () => byTransport(createGrpcWebTransport({ baseUrl: sky.gatewayUrl }))],
  ["Connect over HTTP/2", () => byTransport(createNodeConnect({ baseUrl: sky.gatewayUrl, httpVersion: "2" }))],
  ["Connect's gRPC client", () => byTransport(createNodeGrpc({ baseUrl: sky.gatewayUrl }))],
  ["grpc-js from .proto files, at the gateway", () => byProtoFiles(addressOf(sky.gatewayUrl))],
  ["grpc-js from .proto files, at the service", () => byProtoFiles(bookingAddress())],
  ["Connect JSON with fetch, at the service", () => byFetch(`http://${bookingAddress()}`)],
  ["REST", () => byRest(sky.gatewayUrl)],
];

const guest = { name: "Grace Höpper ☕", email: "grace@guest.example", timeZone: "Asia/Kathmandu", locale: "en" };

async function journey(way: Way): Promise<PublicBooking> {
  const { slug } = bookable;
  const page = await way(method.getBookingPage, { slug });
  expect(page).toMatchObject({ slug, name: "Intro", hostNames: ["Ada"], timeZone: "UTC" });
  const starts = async () =>
    (await way(method.listPublicSlots, { slug, range: daysFrom(day, 1) })).slots.map(({ startTime }) =>
      timestampMs(must(startTime, "start_time")),
    );
  // The read model hears of the cancellation before by an event.
  await until("both slots are free", starts, (free) => [startMs, laterMs].every((start) => free.includes(start)));
  const request = {
    requestId: randomUUID(),
    slug,
    details: { startTime: timestampFromMs(startMs), booker: guest },
  };
  const booked = await way(method.book, request);
  expect(await way(method.book, request)).toEqual(booked);
  expect(booked).toMatchObject({ confirmationMessage: "See you!", redirectUrl: "https://a.example/ok" });
  const taken = outcomeOf(way(method.book, { ...request, requestId: randomUUID() }));
  expect(await taken).toBe("FailedPrecondition/SLOT_TAKEN");
  const { manageToken } = booked;
  const read = await way(method.getManagedBooking, { manageToken });
  expect(read.changeable).toBe(true);
  expect(equals(PublicBookingSchema, must(read.booking, "booking"), must(booked.booking, "booking"))).toBe(true);
  const move = { requestId: randomUUID(), manageToken, startTime: timestampFromMs(laterMs), reason: "late" };
  const moved = await way(method.rescheduleManagedBooking, move);
  expect(moved.booking?.startTime).toEqual(move.startTime);
  const cancel = { requestId: randomUUID(), manageToken, reason: "ill" };
  const cancelled = await way(method.cancelManagedBooking, cancel);
  expect(cancelled.booking).toMatchObject({ status: BookingStatus.CANCELLED, cancellationReason: "ill" });
  const again = outcomeOf(way(method.cancelManagedBooking, { ...cancel, requestId: randomUUID() }));
  expect(await again).toBe("FailedPrecondition/BOOKING_STATUS");
  return must(booked.booking, "booking");
}

describe("one booking, from the page to its cancellation, is the same by", () => {
  const seen: PublicBooking[] = [];
  test.each(ways)("%s", async (_name, way) => {
    const booking = clone(PublicBookingSchema, await journey(way()));
    expect(booking.id).toMatch(/^[0-9a-f-]{36}$/);
    booking.id = "";
    seen.push(booking);
    expect(booking).toEqual(seen[0]);
    expect(booking.booker).toMatchObject(guest);
  });
});

describe("a refusal has the same code and reason by", () => {
  test.each(ways)("%s", async (_name, way) => {
    const call = way();
    const { slug } = bookable;
    const range = daysFrom(day, 1);
    const backwards = { startTime: range.endTime, endTime: range.startTime };
    expect(await outcomeOf(call(method.getBookingPage, { slug: "no-such" }))).toBe("NotFound/NOT_FOUND");
    expect(await outcomeOf(call(method.listPublicSlots, { slug, range: backwards }))).toBe(
      "InvalidArgument/INVALID_FIELD",
    );
    expect(await outcomeOf(call(method.listPublicSlots, { slug }))).toBe("InvalidArgument/INVALID_FIELD");
    expect(await outcomeOf(call(method.getManagedBooking, { manageToken: "forged" }))).toBe(
      "PermissionDenied/INVALID_MANAGE_LINK",
    );
  });
});
