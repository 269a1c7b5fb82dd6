import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category, RoundRobinStrategy } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { BookingService, type Assignment } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Strategy } from "../../services/booking/src/domain/appointment-type.ts";
import { chooseHost } from "../../services/booking/src/domain/round-robin.ts";
import { bookingRequest, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookingReplicas, createBundle, createHosts, createType, expectNoDeadlocks } from "./_hosts.ts";
import { untilTrue } from "./_truth.ts";
import { countOf, dayAhead, outcomeOf, query, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 3 });
});
afterAll(() => sky[Symbol.asyncDispose]());

interface Team extends Pick<Bookable, "organizationId" | "typeId"> {
  readonly calendarIds: readonly string[];
}

async function createTeam(weights: readonly number[], strategy = RoundRobinStrategy.UNSPECIFIED): Promise<Team> {
  const organizationId = randomUUID();
  const calendarIds = await createHosts(sky, organizationId, weights.length);
  const hosts = calendarIds.map((calendarId, i) => ({
    calendarId,
    weight: weights[i] ?? 1,
    priority: weights[i] ?? 0,
  }));
  const typeId = await createType(sky, organizationId, hosts, { category: Category.ROUND_ROBIN, strategy });
  return { organizationId, typeId, calendarIds };
}

async function bookOnce({ organizationId, typeId }: Team, startMs: number, replica = 0) {
  const bookings = bookingReplicas(sky, organizationId)(replica);
  const { booking } = await bookings.createBooking(bookingRequest({ typeId } as Bookable, startMs));
  return must(booking, "booking");
}

async function assignmentOf({ organizationId }: Team, bookingId: string): Promise<Assignment> {
  const { assignment } = await sky.client(BookingService, organizationId).getAssignment({ bookingId });
  return must(assignment, "assignment");
}

const strategyNames: Readonly<Partial<Record<RoundRobinStrategy, Strategy>>> = {
  [RoundRobinStrategy.LEAST_RECENT]: "least_recent",
  [RoundRobinStrategy.WEIGHTED]: "weighted",
  [RoundRobinStrategy.PRIORITY]: "priority",
  [RoundRobinStrategy.LOAD]: "load",
};

/** Makes a choice again from nothing but the numbers that are told of it. */
function replay({ strategy, candidates }: Assignment): string | undefined {
  const numbers = candidates.map(({ lastRound, ...rest }) => ({ ...rest, lastRound: Number(lastRound) }));
  return chooseHost(must(strategyNames[strategy], "strategy"), numbers)?.chosen;
}

test("90 bookings raced through three replicas: at every moment each host is within one booking of its share", async () => {
  const weights = [5, 3, 1];
  const team = await createTeam(weights);
  const bookings = await Promise.all(range(90).map((i) => bookOnce(team, dayAhead(2) + i * hourMs, i)));
  const assignments = await Promise.all(bookings.map(({ id }) => assignmentOf(team, id)));
  const inOrder = assignments.toSorted((a, b) => Number(a.round - b.round));
  const counts = weights.map(() => 0);
  inOrder.forEach(({ chosenCalendarId, round }, index) => {
    expect(Number(round)).toBe(index + 1);
    const chosen = team.calendarIds.indexOf(chosenCalendarId);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
    const away = weights.map((weight, host) => Math.abs(((index + 1) * weight) / 9 - (counts[host] ?? 0)));
    expect(Math.max(...away)).toBeLessThan(1);
  });
  expect(counts).toEqual([50, 30, 10]);
});

test("each choice of every strategy, made again from its stored numbers, gives the host that the booking has", async () => {
  for (const strategy of Object.keys(strategyNames).map(Number)) {
    const team = await createTeam([3, 3, 1], strategy);
    const bookings = await Promise.all(range(12).map((i) => bookOnce(team, dayAhead(2) + (i % 6) * hourMs, i)));
    for (const { id, hosts } of bookings) {
      const assignment = await assignmentOf(team, id);
      expect(assignment.chosenCalendarId).toBe(hosts[0]?.calendarId);
      expect(replay(assignment)).toBe(assignment.chosenCalendarId);
      expect(assignment.candidates.map(({ calendarId }) => calendarId)).toEqual(team.calendarIds);
    }
  }
});

test("one start raced by 12 for three hosts: each host is given once, nine are told that the slot is taken", async () => {
  const team = await createTeam([1, 1, 1]);
  const replica = bookingReplicas(sky, team.organizationId);
  const request = () => bookingRequest({ typeId: team.typeId } as Bookable, dayAhead(2));
  const outcomes = await Promise.all(range(12).map((i) => outcomeOf(replica(i).createBooking(request()))));
  expect(countOf(outcomes)["ok"]).toBe(3);
  const rows = await query<{ calendar_id: string }>(
    sky.databaseUrl("booking"),
    `SELECT calendar_id FROM allocations WHERE organization_id = '${team.organizationId}' AND active`,
  );
  expect(rows.map(({ calendar_id }) => calendar_id).toSorted()).toEqual([...team.calendarIds].toSorted());
});

test("hosts who share members, raced: who loses the first host gets another, and no bundle is taken in part", async () => {
  const organizationId = randomUUID();
  const [a = "", b = "", c = ""] = await createHosts(sky, organizationId, 3);
  const bundles = await Promise.all(
    [
      [a, b],
      [b, c],
      [a, c],
    ].map((ids) => createBundle(sky, organizationId, ids)),
  );
  const fields = { category: Category.ROUND_ROBIN };
  const typeIds = await Promise.all(
    range(2).map(() =>
      createType(
        sky,
        organizationId,
        [...bundles, c].map((calendarId) => ({ calendarId })),
        fields,
      ),
    ),
  );
  const replica = bookingReplicas(sky, organizationId);
  const outcomes = await Promise.all(
    range(16).map((i) => {
      const typeId = must(typeIds[i % 2], "type");
      return outcomeOf(replica(i).createBooking(bookingRequest({ typeId } as Bookable, dayAhead(2))));
    }),
  );
  const rows = await query<{ calendars: string[] }>(
    sky.databaseUrl("booking"),
    `SELECT array_agg(calendar_id::text) AS calendars FROM allocations
     WHERE organization_id = '${organizationId}' AND active GROUP BY booking_id`,
  );
  expect(rows).toHaveLength(countOf(outcomes)["ok"] ?? 0);
  expect(rows.length).toBeGreaterThan(0);
  rows.forEach(({ calendars }) =>
    expect(calendars.length === 3 || (calendars.length === 1 && calendars[0] === c)).toBe(true),
  );
});

test("cancelled bookings give their turn back: whoever lost them is chosen next", async () => {
  const team = await createTeam([1, 1, 1]);
  const bookings = sky.client(BookingService, team.organizationId);
  const made = [];
  for (const i of range(6)) {
    made.push(await bookOnce(team, dayAhead(2) + i * hourMs));
  }
  const loser = made[0]?.hosts[0]?.calendarId;
  const lost = made.filter(({ hosts }) => hosts[0]?.calendarId === loser);
  for (const { id } of lost) {
    await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
  }
  const next = [await bookOnce(team, dayAhead(3)), await bookOnce(team, dayAhead(3) + hourMs)];
  expect(next.map(({ hosts }) => hosts[0]?.calendarId)).toEqual([loser, loser]);
});

test("a moved booking keeps its host where that one is free, and else gets another, with its own choice", async () => {
  const team = await createTeam([1, 1]);
  const bookings = sky.client(BookingService, team.organizationId);
  const first = await bookOnce(team, dayAhead(2));
  const second = await bookOnce(team, dayAhead(2) + hourMs);
  const move = async (hour: number) => {
    const startTime = timestampFromMs(dayAhead(2) + hour * hourMs);
    const moved = await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId: first.id, startTime });
    return must(moved.booking, "booking");
  };
  expect(first.hosts[0]?.calendarId).not.toBe(second.hosts[0]?.calendarId);
  expect((await move(1)).hosts).toEqual(first.hosts);
  const third = await bookOnce(team, dayAhead(2) + 5 * hourMs);
  const fourth = await bookOnce(team, dayAhead(2) + 5 * hourMs);
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
  const assignment = await assignmentOf(team, first.id);
  expect(assignment.bookingVersion).toBe(moved.version);
  expect(replay(assignment)).toBe(moved.hosts[0]?.calendarId);
});

test("no race of this file was decided by a deadlock", () => expectNoDeadlocks(sky));
