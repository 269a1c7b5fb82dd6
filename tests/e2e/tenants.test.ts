import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { violationsOf } from "@calends/kit/connect-errors";
import { until } from "@calends/testkit/until";
import { ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable, typeFields } from "./_bookable.ts";
import { callRpc } from "./_calls.ts";
import { asMember, startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { allScopes, isPublic, pathOf } from "./_contract.ts";
import { messageOf } from "./_samples.ts";
import { freshTree, openSubjects, type Subject } from "./_subjects.ts";
import { dayAhead, outcomeOf, outcomeOfError } from "./_util.ts";
import { createWorld, type World } from "./_world.ts";

let sky: TestConstellation;
let ours: World;
let theirs: World;
let subjects: Awaited<ReturnType<typeof openSubjects>>;

beforeAll(async () => {
  sky = await startTestConstellation();
  [ours, theirs] = await Promise.all([createWorld(sky), createWorld(sky)]);
  subjects = await openSubjects(sky, ours);
});
afterAll(async () => {
  stack.dispose();
  subjects[Symbol.dispose]();
  await sky[Symbol.asyncDispose]();
});

/** These services know no calendars, so that any id can be noted; what a feed of it has is tested below. */
const unverified = new Set(["CreateFeed", "CreateSeries", "ImportSeries"]);

/** Whether a request names records by ids that only their organization may use. */
function namesRecords({ method, places }: Subject): boolean {
  const names = places.map(({ field }) => field.name).filter((name) => name.endsWith("_id"));
  const ofRequest = new Set(["request_id", "external_id", "ignore_booking_id", "question_id", "recurrence_id"]);
  return !isPublic(method) && names.some((name) => !ofRequest.has(name)) && !unverified.has(method.name);
}

/** A refusal that says no more than that there is no such record for this caller. */
async function verdict(call: Promise<Message>): Promise<string> {
  return call.then(
    (answer) => (isEmptyList(answer) ? "nothing" : "answered"),
    (error: unknown) => {
      const [field] = violationsOf(error).map((violation) => violation.field);
      const isAccess = /not found or access denied/.test(ConnectError.from(error).rawMessage);
      return isAccess && (field === undefined || /_id(s\[\d+\])?$/.test(field)) ? "nothing" : outcomeOfError(error);
    },
  );
}

function isEmptyList(answer: Message): boolean {
  const values = Object.entries(answer).filter(([key]) => !key.startsWith("$"));
  return values.some(([, v]) => Array.isArray(v)) && values.every(([, v]) => (Array.isArray(v) ? v.length === 0 : !v));
}

const stack = new DisposableStack();

const ways: [string, (subject: Subject) => Promise<Transport>][] = [
  ["at the service", async ({ target }) => stack.use(createGrpcTransport({ target, interceptors: [await asThem()] }))],
  [
    "through the gateway",
    async () => {
      const authorization = `Bearer ${await sky.token({ organizationId: theirs.organizationId })}`;
      return createConnectTransport({
        baseUrl: sky.gatewayUrl,
        interceptors: [
          (next) => (request) => {
            request.header.set("authorization", authorization);
            return next(request);
          },
        ],
      });
    },
  ],
];

async function asThem() {
  return asMember(sky.signer, theirs.organizationId, await allScopes());
}

test.each(ways)("no RPC that takes ids gives another organization's records away, %s", async (_way, connect) => {
  const named = subjects.all.filter(namesRecords);
  expect(named.length).toBeGreaterThan(15);
  const wrong: string[] = [];
  for (const subject of named) {
    const transport = await connect(subject);
    const message = messageOf(subject.method.input, freshTree(subject));
    const seen = await verdict(callRpc(transport, subject.method, message));
    if (seen !== "nothing") {
      wrong.push(`${pathOf(subject.method)}: ${seen}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("an id in upper case is the same id", async () => {
  const { calendarId, organizationId } = ours;
  const upper = calendarId.toUpperCase();
  const type = { ...typeFields(upper), name: "Upper" };
  const bookable = await createBookable(sky, { organizationId, type });
  const { id } = await bookAt(sky, bookable, dayAhead(7));
  const bookings = sky.client(BookingService, organizationId);
  for (const asked of [calendarId, upper]) {
    const listed = (await bookings.listBookings({ calendarId: asked })).bookings.map((booking) => booking.id);
    expect(listed).toContain(id);
  }
  expect((await bookings.getBooking({ bookingId: id.toUpperCase() })).booking?.id).toBe(id);
});

test("a feed of another organization's calendar is refused like one of a calendar that does not exist", async () => {
  const request = { requestId: randomUUID(), calendarId: ours.calendarId, name: "Snoop" };
  const read = async (path: string) => (await fetch(`${sky.gatewayUrl}${path}`)).text();
  const own = await sky.client(FeedService, ours.organizationId).createFeed(request);
  await until(
    "our feed has our booking",
    () => read(own.path),
    (text) => text.includes("BEGIN:VEVENT"),
  );
  const foreign = sky.client(FeedService, theirs.organizationId);
  const unknown = { ...request, requestId: randomUUID(), calendarId: randomUUID() };
  const refusals = [request, unknown].map((asked) =>
    foreign.createFeed(asked).catch((error: unknown) => String(error)),
  );
  const [ofOurs, ofNobody] = await Promise.all(refusals);
  expect(ofOurs).toContain("Calendar not found or access denied");
  expect(ofOurs).toBe(ofNobody);
});

test("the same requests find the records of their own organization", async () => {
  const lost: string[] = [];
  // The last first: what ends a record stands before what looks into it.
  for (const subject of subjects.all.filter(namesRecords).toReversed()) {
    const outcome = await outcomeOf(subject.call(messageOf(subject.method.input, freshTree(subject))));
    if (/NotFound|InvalidArgument|Unauthenticated|PermissionDenied|Internal|Unknown/.test(outcome)) {
      lost.push(`${pathOf(subject.method)}: ${outcome}`);
    }
  }
  expect(lost).toEqual([]);
});

test("every list is of the caller's organization alone", async () => {
  const ids = new Set(Object.values(theirs.known).filter((id) => typeof id === "string" && id.length === 36));
  const lists = subjects.all.filter(({ method }) => method.name.startsWith("List") && !isPublic(method));
  expect(lists.length).toBeGreaterThan(4);
  for (const { method, call, tree } of lists) {
    const answer = JSON.stringify(await call(messageOf(method.input, tree)), (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect([...ids].filter((id) => answer.includes(String(id)))).toEqual([]);
  }
});
