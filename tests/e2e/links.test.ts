import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, getOption, hasOption, toJsonString, type DescMessage, type DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import { AllocationsChangedSchema } from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { BookingChange } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PublicBookingService } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { bearer } from "@calends/contracts/calends/options/v1/options_pb";
import { must } from "@calends/kit/must";
import { createLogger } from "@calends/kit/logger";
import { connectBroker, type Broker } from "@calends/messaging/connection";
import { publisherOf, streamOf } from "@calends/messaging/subjects";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { contractMethods, pathOf } from "./_contract.ts";
import { untilTrue } from "./_truth.ts";
import { outcomeOf, query } from "./_util.ts";

const dayMs = 86_400_000;
const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
const startMs = Date.parse("2026-12-01T10:00:00Z");
const stack = new AsyncDisposableStack();
let sky: TestConstellation;
let broker: Broker;
let methods: DescMethod[];

beforeAll(async () => {
  const webRoot = await mkdtemp(join(tmpdir(), "calends-web-"));
  stack.defer(() => rm(webRoot, { recursive: true }));
  await writeFile(join(webRoot, "index.html"), "<!doctype html>");
  sky = stack.use(await startTestConstellation({ clock, webRoot }));
  const quiet = createLogger("test", "silent");
  broker = stack.use(await connectBroker("test", sky.nats.url, quiet, AbortSignal.timeout(20_000)));
  methods = await contractMethods();
}, 60_000);
afterAll(() => stack.disposeAsync());

const guest = { name: "Grace Guest", email: "grace@guest.example" };

/** Books the first slot of a link of its own. */
async function bookOne() {
  const bookable = await createBookable(sky);
  const pages = sky.client(PublicBookingService, bookable.organizationId);
  const details = { startTime: timestampFromMs(startMs), booker: guest };
  const { booking, manageToken } = await pages.book({ requestId: randomUUID(), slug: bookable.slug, details });
  return { ...bookable, pages, manageToken, bookingId: must(booking, "booking").id };
}

/** The names of a request's tokens that are keys of their own. */
function bearersOf(schema: DescMessage): string[] {
  return schema.fields.filter((field) => getOption(field, bearer)).map(({ name }) => name);
}

describe("a token that is a key of its own", () => {
  /** Tokens that say where a list goes on, or which answer a slot came from; whoever has one can do nothing by it. */
  const others = ["page_token", "slot_token"];

  test("is marked in the contract, in every request that has one", () => {
    const tokens = methods.flatMap((method) =>
      method.input.fields.filter(({ name }) => name.endsWith("_token") && !others.includes(name)),
    );
    expect(tokens.filter((field) => !hasOption(field, bearer)).map((field) => field.toString())).toEqual([]);
    expect(new Set(tokens.map(({ name }) => name))).toEqual(
      new Set(["confirm_token", "feed_token", "host_token", "manage_token", "poll_token", "route_token"]),
    );
  });

  test("is never sent or taken by an HTTP GET with the message in the query", async () => {
    const carrying = methods.filter(({ input }) => bearersOf(input).length > 0);
    expect(carrying.length).toBeGreaterThan(10);
    const secret = "A".repeat(86);
    for (const method of carrying) {
      expect([pathOf(method), method.idempotency]).not.toEqual([pathOf(method), Idempotency.NO_SIDE_EFFECTS]);
      const [field = ""] = bearersOf(method.input);
      const message = toJsonString(method.input, create(method.input));
      const json = JSON.stringify({ ...JSON.parse(message), [field]: secret });
      const address = `${sky.gatewayUrl}${pathOf(method)}?connect=v1&encoding=json&message=${encodeURIComponent(json)}`;
      const { status } = await fetch(address);
      expect([pathOf(method), status]).toEqual([pathOf(method), 405]);
    }
  });

  test("is refused in the query of a REST path, and taken from the body", async () => {
    const { slug } = await createBookable(sky);
    const range = { startTime: "2026-12-01T00:00:00Z", endTime: "2026-12-02T00:00:00Z" };
    const times = `range.start_time=${range.startTime}&range.end_time=${range.endTime}`;
    const address = `${sky.gatewayUrl}/book/${slug}/slots`;
    expect((await fetch(`${address}?${times}`)).status).toBe(200);
    for (const name of ["route_token", "routeToken"]) {
      const refused = await fetch(`${address}?${times}&${name}=${"A".repeat(86)}`);
      expect(await refused.json()).toMatchObject({ error: { violations: [{ field: name }] } });
    }
    const post = (body: object) => fetch(address, { method: "POST", body: JSON.stringify(body) });
    expect((await post({ range })).status).toBe(200);
    expect(await (await post({ range, routeToken: "A".repeat(86) })).json()).toMatchObject({
      error: { reason: "INVALID_MANAGE_LINK" },
    });
  });
});

test("answers stay out of caches and their addresses with us: RPC, REST, error, page", async () => {
  const { manageToken, slug } = await bookOne();
  const json = { "content-type": "application/json" };
  const rpc = `${sky.gatewayUrl}/calends.booking.v1.PublicBookingService/GetManagedBooking`;
  const answers = await Promise.all([
    fetch(rpc, { method: "POST", headers: json, body: JSON.stringify({ manageToken }) }),
    fetch(`${sky.gatewayUrl}/manage/${manageToken}`),
    fetch(`${sky.gatewayUrl}/manage/${manageToken}`, { headers: { accept: "text/html" } }),
    fetch(`${sky.gatewayUrl}/manage/x`),
    fetch(`${sky.gatewayUrl}/book/${slug}`),
    fetch(`${sky.gatewayUrl}/nothing/here`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 403, 200, 404]);
  const names = ["cache-control", "x-content-type-options", "referrer-policy"];
  for (const { url, headers } of answers) {
    expect([url, ...names.map((name) => headers.get(name))]).toEqual([url, "no-store", "nosniff", "no-referrer"]);
  }
});

test("availability hears spans, versions and places, and nothing of people; no event has a link", async () => {
  const { organizationId, bookingId, manageToken, pages } = await bookOne();
  await untilTrue(sky);
  const stream = streamOf(publisherOf(AllocationsChangedSchema));
  const consumers = await broker.manager.consumers.list(stream).next();
  const filters = consumers.flatMap(({ name, config }) =>
    name.startsWith("availability-") ? [config.filter_subject] : [],
  );
  expect(filters).toEqual(["calends.booking.allocations-changed.v1.*"]);
  const rows = await query<{ subject: string; payload: Buffer }>(
    sky.databaseUrl("booking"),
    "SELECT subject, payload FROM outbox WHERE organization_id = $1",
    [organizationId],
  );
  const told = rows.map(({ subject, payload }) => ({ subject, text: payload.toString("latin1") }));
  const slim = told.filter(({ subject }) => subject.includes("allocations-changed"));
  expect(slim.length).toBeGreaterThan(0);
  expect(slim.filter(({ text }) => /Grace|guest\.example|Ada|host\.example|Intro/.test(text))).toEqual([]);
  expect(slim.every(({ text }) => text.includes(bookingId))).toBe(true);
  expect(told.filter(({ text }) => text.includes(manageToken) || text.includes("/manage/"))).toEqual([]);

  await pages.cancelManagedBooking({ requestId: randomUUID(), manageToken });
  await untilTrue(sky);
  const { calendarsDiffered } = await sky.client(ReadModelService, organizationId).checkDrift({});
  expect(calendarsDiffered).toBe(0n);
});

describe("a manage link", () => {
  test("ends 30 days after the booking; one that was asked for by mail takes its place, and ends after 7 days", async () => {
    clock.set(new Date("2026-11-28T08:00:00Z"));
    const { organizationId, bookingId, pages, manageToken } = await bookOne();
    const endMs = startMs + 30 * 60_000;
    clock.set(new Date(endMs + 30 * dayMs - 1_000));
    expect(await outcomeOf(pages.getManagedBooking({ manageToken }))).toBe("ok");
    await pages.renewManageLink({ manageToken });
    clock.set(new Date(endMs + 30 * dayMs));

    const [startTime, requestId] = [timestampFromMs(startMs), randomUUID()];
    const range = { startTime, endTime: timestampFromMs(startMs + dayMs) };
    const all = (token: string) =>
      Promise.all(
        [
          pages.getManagedBooking({ manageToken: token }),
          pages.listManagedSlots({ manageToken: token, range }),
          pages.cancelManagedBooking({ requestId, manageToken: token }),
          pages.rescheduleManagedBooking({ requestId, manageToken: token, startTime }),
          pages.acceptManagedOffer({ requestId, manageToken: token }),
        ].map(outcomeOf),
      );
    expect(new Set(await all(manageToken))).toEqual(new Set(["PermissionDenied/MANAGE_LINK_ENDED"]));

    sky.mailbox.clear();
    await pages.renewManageLink({ manageToken });
    const mail = await sky.mailbox.waitFor(
      ({ to, subject }) => to.includes(guest.email) && subject.startsWith("Your new link"),
      { timeoutMs: 20_000 },
    );
    const renewed = must(/\/manage\/([\w-]+)/.exec(mail.text ?? "")?.[1], "the link in the mail");
    expect(renewed).not.toBe(manageToken);
    expect(await outcomeOf(pages.getManagedBooking({ manageToken: renewed }))).toBe("ok");
    expect(await outcomeOf(pages.getManagedBooking({ manageToken }))).toBe("PermissionDenied/MANAGE_LINK_ENDED");
    clock.advance(7 * dayMs);
    expect(new Set(await all(renewed))).toEqual(new Set(["PermissionDenied/MANAGE_LINK_ENDED"]));

    const { history } = await sky.client(BookingService, organizationId).getBooking({ bookingId });
    expect(history.filter(({ change }) => change === BookingChange.LINK_RENEWED)).toHaveLength(1);
  });

  test("is renewed for nobody but its booker, and no more often than its bounds; the answer never tells", async () => {
    clock.set(new Date("2026-11-28T08:00:00Z"));
    const { organizationId, bookingId, pages, manageToken } = await bookOne();
    clock.set(new Date(startMs + 60 * dayMs));
    const forged = Buffer.from(manageToken, "base64url");
    forged.writeUInt8(forged.readUInt8(20) ^ 1, 20);
    const nobody = [forged.toString("base64url"), "x", "A".repeat(107)];
    const tokens = [...nobody, manageToken, manageToken, manageToken, manageToken];
    const answers = await Promise.all(tokens.map((token) => pages.renewManageLink({ manageToken: token })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(answers[0])]));
    for (let hour = 1; hour <= 6; hour += 1) {
      clock.advance(3_600_000);
      await pages.renewManageLink({ manageToken });
    }
    const { history } = await sky.client(BookingService, organizationId).getBooking({ bookingId });
    expect(history.filter(({ change }) => change === BookingChange.LINK_RENEWED)).toHaveLength(3);
    await until(
      "three mails",
      () => sky.mailbox.messages().filter(({ subject }) => subject.includes("new link")).length >= 3,
    );
  });

  test("is told to who may read links, as the booking's answer told it", async () => {
    clock.set(new Date("2026-11-28T08:00:00Z"));
    const { organizationId, bookingId, manageToken } = await bookOne();
    const bookings = sky.client(BookingService, organizationId);
    const { path, expireTime } = await bookings.getManageLink({ bookingId });
    expect(path).toBe(`/manage/${manageToken}`);
    expect(expireTime).toEqual(timestampFromMs(startMs + 30 * 60_000 + 30 * dayMs));
    const other = sky.client(BookingService, randomUUID());
    expect(await outcomeOf(other.getManageLink({ bookingId }))).toBe("NotFound/NOT_FOUND");
  });
});
