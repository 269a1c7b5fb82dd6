import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { PollStatus, type PollFieldsSchema } from "@calends/contracts/calends/booking/v1/poll_pb";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { PollService } from "@calends/contracts/calends/booking/v1/poll_service_pb";
import { must } from "@calends/kit/must";
import { createTestClock } from "@calends/testkit/clock";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest, createBookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup, statusesOf } from "./_groups.ts";
import { untilTrue } from "./_truth.ts";
import { countRows, outcomeOf } from "./_util.ts";

const clock = createTestClock(new Date("2026-11-28T08:00:00Z"));
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ clock });
});
afterAll(() => sky[Symbol.asyncDispose]());

const at = (time: string) => timestampFromMs(Date.parse(time));
const booker = { name: "Host", email: "host@guest.example" };

/** A poll of a type, and what is asked of it. */
function pollsOf(organizationId: string, typeId: string) {
  const polls = sky.client(PollService, organizationId);
  return {
    async open(startTimes: readonly string[], fields: MessageInitShape<typeof PollFieldsSchema> = {}) {
      const asked = { title: "When?", appointmentTypeId: typeId, startTimes: startTimes.map(at), ...fields };
      const { poll } = await polls.createPoll({ requestId: randomUUID(), fields: asked });
      return must(poll, "poll");
    },
    book: (pollId: string, option: number) => polls.bookPoll({ requestId: randomUUID(), pollId, option, booker }),
    status: async (pollId: string) => (await polls.getPoll({ pollId })).poll?.status,
  };
}

/** How many bookings of a type the job has ended. */
const expired = (typeId: string) =>
  countRows(sky.databaseUrl("booking"), `bookings WHERE appointment_type_id = '${typeId}' AND status = 'cancelled'`);

test("times that a poll holds stay held after voting has ended, so that the winner can be booked", async () => {
  const { organizationId, typeId } = await createBookable(sky);
  const polls = pollsOf(organizationId, typeId);
  const other = await createBookable(sky);
  const fields = { holdTimes: true, closeTime: timestampFromMs(clock.now().getTime() + 60_000) };
  const { id } = await polls.open(["2026-12-05T10:00:00Z", "2026-12-05T11:00:00Z"], fields);
  // A hold that ends with the voting says when the job has looked.
  const ends = { requestId: randomUUID(), appointmentTypeId: other.typeId, startTime: at("2026-12-05T10:00:00Z") };
  await sky.client(BookingService, other.organizationId).holdSlot({ ...ends, lifetime: { seconds: 60n } });
  clock.advance(61_000);
  await until(
    "the job has looked",
    () => expired(other.typeId),
    (n) => n === 1,
  );
  await untilTrue(sky);
  const bookings = sky.client(BookingService, organizationId);
  const rival = bookingRequest({ typeId }, Date.parse("2026-12-05T10:00:00Z"), "rival");
  expect(await outcomeOf(bookings.createBooking(rival))).toBe("FailedPrecondition/SLOT_TAKEN");
  expect(await outcomeOf(polls.book(id, 0))).toBe("ok");
});

test("a poll without a close time holds its later times when the first has begun", async () => {
  const { organizationId, typeId } = await createBookable(sky);
  const polls = pollsOf(organizationId, typeId);
  const { id } = await polls.open(["2026-11-28T09:00:00Z", "2026-11-28T11:00:00Z"], { holdTimes: true });
  clock.set(new Date("2026-11-28T09:00:01Z"));
  await until(
    "the first has ended",
    () => expired(typeId),
    (n) => n === 1,
  );
  await untilTrue(sky);
  const rival = bookingRequest({ typeId }, Date.parse("2026-11-28T11:00:00Z"), "rival");
  expect(await outcomeOf(sky.client(BookingService, organizationId).createBooking(rival))).toBe(
    "FailedPrecondition/SLOT_TAKEN",
  );
  expect(await outcomeOf(polls.book(id, 1))).toBe("ok");
  expect(await polls.status(id)).toBe(PollStatus.BOOKED);
});

test("a poll of a group books a seat or nothing: a full session is refused, and the poll stays open", async () => {
  const group = await createGroup(sky, 1, { waitlist: true });
  const { organizationId, typeId } = group;
  const polls = pollsOf(organizationId, typeId);
  const { id } = await polls.open(["2026-12-05T10:00:00Z", "2026-12-05T11:00:00Z"]);
  const first = await group.register(Date.parse("2026-12-05T10:00:00Z"));
  await untilTrue(sky);
  expect(await outcomeOf(polls.book(id, 0))).toBe("FailedPrecondition/SESSION_FULL");
  expect(await polls.status(id)).toBe(PollStatus.OPEN);
  expect(await countRows(sky.databaseUrl("booking"), `bookings WHERE appointment_type_id = '${typeId}'`)).toBe(1);
  expect(statusesOf([await group.read(first)])).toEqual(["CONFIRMED"]);
  expect(await outcomeOf(polls.book(id, 1))).toBe("ok");
});

test("held times that leave no room for their buffers are refused by name", async () => {
  const buffers = { bufferBefore: { seconds: 600n }, bufferAfter: { seconds: 600n } };
  const { organizationId, typeId } = await createBookable(sky, { type: buffers });
  const polls = pollsOf(organizationId, typeId);
  const first = "2026-12-05T10:00:00Z";
  const near = polls.open([first, "2026-12-05T10:30:00Z"], { holdTimes: true });
  expect(await outcomeOf(near)).toBe("InvalidArgument/INVALID_FIELD");
  expect(await outcomeOf(polls.open([first, "2026-12-05T11:00:00Z"], { holdTimes: true }))).toBe("ok");
});
