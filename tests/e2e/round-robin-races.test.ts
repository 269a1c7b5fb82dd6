import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Category } from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookingRequest } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { bookingReplicas, createBundle, createHosts, createType, expectNoDeadlocks } from "./_hosts.ts";
import { createTeam } from "./_teams.ts";
import { countOf, countRows, dayAhead, outcomeOf, query, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;

beforeAll(async () => {
  sky = await startTestConstellation({ bookingReplicas: 3 });
});
afterAll(() => sky[Symbol.asyncDispose]());

test("45 bookings raced through three replicas: at every moment each host is within one booking of its share", async () => {
  const weights = [5, 3, 1];
  const team = await createTeam(sky, weights);
  const bookings = await Promise.all(range(45).map((i) => team.book(dayAhead(2) + i * hourMs, i)));
  const assignments = await Promise.all(bookings.map(({ id }) => team.assignmentOf(id)));
  const inOrder = assignments.toSorted((a, b) => Number(a.round - b.round));
  const counts = weights.map(() => 0);
  inOrder.forEach(({ chosenCalendarId, round }, index) => {
    expect(Number(round)).toBe(index + 1);
    const chosen = team.calendarIds.indexOf(chosenCalendarId);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
    const away = weights.map((weight, host) => Math.abs(((index + 1) * weight) / 9 - (counts[host] ?? 0)));
    expect(Math.max(...away)).toBeLessThan(1);
  });
  expect(counts).toEqual([25, 15, 5]);
});

test("one start raced by 12 for three hosts: each host is given once, nine are told that the slot is taken", async () => {
  const team = await createTeam(sky, [1, 1, 1]);
  const replica = bookingReplicas(sky, team.organizationId);
  const request = () => bookingRequest(team, dayAhead(2));
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
      return outcomeOf(replica(i).createBooking(bookingRequest({ typeId }, dayAhead(2))));
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

test("bookings, moves and cancellations raced: the numbers are those of the choices that stand, each of its booking's host", async () => {
  const team = await createTeam(sky, [2, 1, 1]);
  const replica = bookingReplicas(sky, team.organizationId);
  const made = await Promise.all(range(24).map((i) => team.book(dayAhead(2) + (i % 8) * hourMs, i)));
  await Promise.all(
    made.map(({ id: bookingId }, i) => {
      const requestId = randomUUID();
      const startTime = timestampFromMs(dayAhead(2) + ((i + 3) % 12) * hourMs);
      const changes = [
        () => team.book(dayAhead(4) + i * hourMs, i),
        () => replica(i).cancelBooking({ requestId, bookingId }),
        () => replica(i).rescheduleBooking({ requestId, bookingId, startTime }),
      ];
      return outcomeOf(must(changes[i % 3], "change")());
    }),
  );
  await team.book(dayAhead(6)); // Takes out what was given back.
  const url = sky.databaseUrl("booking");
  const counted = await query<{ calendar_id: string; assigned: number; balance: number }>(
    url,
    `SELECT calendar_id, assigned, balance FROM host_counts WHERE appointment_type_id = '${team.typeId}' ORDER BY 1`,
  );
  const standing = await query<{ calendar_id: string; assigned: number }>(
    url,
    `SELECT c.chosen AS calendar_id, count(*)::int AS assigned FROM assignments c
     JOIN bookings b ON b.id = c.booking_id AND b.hosts -> 0 ->> 'calendarId' = c.chosen::text
     WHERE c.appointment_type_id = '${team.typeId}' AND NOT c.returned AND b.status <> 'cancelled' GROUP BY 1 ORDER BY 1`,
  );
  expect(counted.map(({ calendar_id, assigned }) => ({ calendar_id, assigned }))).toEqual(standing);
  const active = `bookings WHERE appointment_type_id = '${team.typeId}' AND status <> 'cancelled'`;
  expect(standing.reduce((sum, { assigned }) => sum + assigned, 0)).toBe(await countRows(url, active));
  expect(counted.reduce((sum, { balance }) => sum + balance, 0)).toBeCloseTo(0, 9);
});

test("no race of this file was decided by a deadlock", () => expectNoDeadlocks(sky));
