import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category, RoundRobinStrategy } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import type { Booking } from "@calends/contracts/calends/booking/v1/booking_pb";
import { BookingService, type Assignment } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Strategy } from "../../services/booking/src/domain/appointment-type.ts";
import { chooseHost } from "../../services/booking/src/domain/round-robin.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookingRequest } from "./_bookable.ts";
import { createType } from "./_hosts.ts";
import { createTeam } from "./_teams.ts";
import { untilTrue } from "./_truth.ts";
import { dayAhead, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

const strategies: readonly [RoundRobinStrategy, Strategy][] = [
  [RoundRobinStrategy.LEAST_RECENT, "least_recent"],
  [RoundRobinStrategy.WEIGHTED, "weighted"],
  [RoundRobinStrategy.PRIORITY, "priority"],
  [RoundRobinStrategy.LOAD, "load"],
];

/** Makes a choice again from nothing but the numbers that are told of it. */
function replay({ strategy, candidates }: Assignment): string | undefined {
  const numbers = candidates.map(({ lastRound, ...rest }) => ({ ...rest, lastRound: Number(lastRound) }));
  const known = strategies.find(([message]) => message === strategy);
  return chooseHost(must(known, "strategy")[1], numbers)?.chosen;
}

test("each choice of every strategy, made again from its stored numbers, gives the host that the booking has", async () => {
  for (const [strategy] of strategies) {
    const team = await createTeam(sky, [3, 3, 1], strategy);
    const bookings = await Promise.all(range(12).map((i) => team.book(dayAhead(2) + (i % 6) * hourMs, i)));
    for (const { id, hosts } of bookings) {
      const assignment = await team.assignmentOf(id);
      expect(assignment.chosenCalendarId).toBe(hosts[0]?.calendarId);
      expect(replay(assignment)).toBe(assignment.chosenCalendarId);
      expect(assignment.candidates.map(({ calendarId }) => calendarId)).toEqual(team.calendarIds);
    }
  }
});

test("by load, a host's group sessions count as one meeting each, however many have registered", async () => {
  const team = await createTeam(sky, [1, 1], RoundRobinStrategy.LOAD);
  const { organizationId, calendarIds } = team;
  const busy = must(calendarIds[0], "host");
  const group = { category: Category.GROUP, capacity: 5, durations: [{ seconds: 7200n }] };
  const typeId = await createType(sky, organizationId, [{ calendarId: busy }], group);
  const bookings = sky.client(BookingService, organizationId);
  for (const guest of ["a", "b"]) {
    await bookings.createBooking(bookingRequest({ typeId }, dayAhead(14), guest));
  }
  await untilTrue(sky);
  const { id, hosts } = await team.book(dayAhead(14) + 12 * hourMs);
  expect(hosts[0]?.calendarId).toBe(calendarIds[1]);
  const { candidates } = await team.assignmentOf(id);
  expect(candidates.map(({ weekMinutes }) => weekMinutes)).toEqual([120, 0]);
});

test("cancelled bookings give their turn back: whoever lost them is chosen next", async () => {
  const team = await createTeam(sky, [1, 1, 1]);
  const bookings = sky.client(BookingService, team.organizationId);
  const made: Booking[] = [];
  for (const i of range(6)) {
    made.push(await team.book(dayAhead(2) + i * hourMs));
  }
  const loser = made[0]?.hosts[0]?.calendarId;
  const lost = made.filter(({ hosts }) => hosts[0]?.calendarId === loser);
  for (const { id } of lost) {
    await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
  }
  const next = [await team.book(dayAhead(3)), await team.book(dayAhead(3) + hourMs)];
  expect(next.map(({ hosts }) => hosts[0]?.calendarId)).toEqual([loser, loser]);
});

test("a moved booking keeps its host where that one is free, and else gets another, with its own choice", async () => {
  const team = await createTeam(sky, [1, 1]);
  const bookings = sky.client(BookingService, team.organizationId);
  const first = await team.book(dayAhead(2));
  const second = await team.book(dayAhead(2) + hourMs);
  const move = async (hour: number) => {
    const startTime = timestampFromMs(dayAhead(2) + hour * hourMs);
    const moved = await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId: first.id, startTime });
    return must(moved.booking, "booking");
  };
  expect(first.hosts[0]?.calendarId).not.toBe(second.hosts[0]?.calendarId);
  expect((await move(1)).hosts).toEqual(first.hosts);
  const third = await team.book(dayAhead(2) + 5 * hourMs);
  const fourth = await team.book(dayAhead(2) + 5 * hourMs);
  const rival = must(
    [third, fourth].find(({ hosts }) => hosts[0]?.calendarId === first.hosts[0]?.calendarId),
    "rival",
  );
  const other = must(
    [third, fourth].find(({ id }) => id !== rival.id),
    "other",
  );
  await bookings.cancelBooking({ requestId: randomUUID(), bookingId: other.id });
  await untilTrue(sky);
  const moved = await move(5);
  expect(moved.hosts[0]?.calendarId).toBe(second.hosts[0]?.calendarId);
  expect(moved.allocations.map(({ calendarId }) => calendarId)).toEqual([second.hosts[0]?.calendarId]);
  const assignment = await team.assignmentOf(first.id);
  expect(assignment.bookingVersion).toBe(moved.version);
  expect(replay(assignment)).toBe(moved.hosts[0]?.calendarId);
});
