import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  AllocationsChangedSchema,
  BookingChangedSchema,
  SessionChangedSchema,
} from "@calends/contracts/calends/booking/v1/booking_events_pb";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { reasonOf } from "@calends/kit/connect-errors";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takenBy, hourOf, organizationId, permutationsOf, startRig, type Rig } from "./_read-model.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The hours that a source takes of each calendar, as "calendar hour". */
async function hoursOf(source: string, sourceIds: readonly string[]): Promise<string[]> {
  const rows = await rig.query<{ key: string }>(
    `SELECT source_id || ' ' || calendar_id || ' ' || extract(hour FROM starts_at AT TIME ZONE 'UTC') AS key
     FROM busy_times WHERE source = $1 AND source_id = ANY ($2::uuid[]) ORDER BY 1`,
    [source, sourceIds],
  );
  return rows.map(({ key }) => key);
}

async function createCalendar(): Promise<string> {
  const id = randomUUID();
  await rig.query(
    `INSERT INTO calendars (organization_id, id, name, kind, time_zone, manage_available_windows, created_at, updated_at)
     VALUES ($1, $2, 'Ada', 1, 'UTC', false, now(), now())`,
    [organizationId, id],
  );
  return id;
}

async function slotsVersion(calendarId: string): Promise<number> {
  const rows = await rig.query<{ v: string }>("SELECT slots_version AS v FROM calendars WHERE id = $1", [calendarId]);
  return Number(rows[0]?.v);
}

test("the versions of a booking in each of their orders, repeated, leave the newest alone", async () => {
  const [here, there] = [randomUUID(), randomUUID()];
  const versions = (id: string) => [
    takenBy(id, 1, [{ calendarId: here, hour: 1 }]),
    takenBy(id, 2, [{ calendarId: here, hour: 2 }]),
    takenBy(id, 3, [{ calendarId: there, hour: 2 }]),
    takenBy(id, 4, [
      { calendarId: here, hour: 4 },
      { calendarId: there, hour: 4 },
    ]),
  ];
  const ids = permutationsOf([0, 1, 2, 3]).map(() => randomUUID());
  const facts = permutationsOf([0, 1, 2, 3]).flatMap((order, index) => {
    const all = versions(ids[index] ?? "");
    return [...order, ...order.toReversed()].map((at) => ({ taken: all[at] ?? {} }));
  });
  await rig.tell(AllocationsChangedSchema, facts);
  expect(await hoursOf("booking", ids)).toEqual(
    ids.flatMap((id) => [`${id} ${here} 4`, `${id} ${there} 4`]).toSorted(),
  );
});

test("a new installation never gets what events say of people: availability hears allocations alone", async () => {
  const consumers = await rig.consumers(AllocationsChangedSchema);
  expect(consumers.filter(({ durable }) => durable.startsWith("availability-"))).toEqual([
    { durable: "availability-allocations-changed", filter: "calends.booking.allocations-changed.v1.*" },
  ]);
});

test("after an upgrade, what the booking service of the release before tells takes time too, in one order of versions", async () => {
  await using upgraded = await startRig([BookingChangedSchema, SessionChangedSchema]);
  const [bookingId, sessionId, calendarId] = [randomUUID(), randomUUID(), randomUUID()];
  const taken = (id: string, version: number, hour: number) => takenBy(id, version, [{ calendarId, hour }]);
  const whole = (id: string, version: number, hour: number) => {
    const { allocations = [] } = taken(id, version, hour);
    return { id, version: BigInt(version), allocations };
  };
  await upgraded.tell(BookingChangedSchema, [{ booking: whole(bookingId, 1, 1) }, { booking: whole(bookingId, 3, 3) }]);
  await upgraded.tell(AllocationsChangedSchema, [{ taken: taken(bookingId, 2, 2) }, { taken: taken(sessionId, 2, 5) }]);
  await upgraded.tell(SessionChangedSchema, [{ session: whole(sessionId, 1, 4) }]);
  const rows = await upgraded.query<{ hour: number }>(
    "SELECT extract(hour FROM starts_at AT TIME ZONE 'UTC')::int AS hour FROM busy_times WHERE calendar_id = $1 ORDER BY 1",
    [calendarId],
  );
  expect(rows).toEqual([{ hour: 3 }, { hour: 5 }]);
});

test("any history of bookings and external events, shuffled and repeated, leaves the newest of each", async () => {
  const calendars = [randomUUID(), randomUUID(), randomUUID()];
  const taken = fc.uniqueArray(fc.record({ calendarId: fc.constantFrom(...calendars), hour: fc.nat(22) }), {
    maxLength: 3,
    selector: ({ calendarId }) => calendarId,
  });
  const histories = fc.array(fc.array(taken, { minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 8 });
  const shuffled = histories.chain((all) => {
    const versions = all.flatMap((history, booking) =>
      history.map((hours, at) => ({ booking, version: at + 1, hours })),
    );
    const twice = fc.shuffledSubarray([...versions, ...versions], {
      minLength: versions.length * 2,
      maxLength: versions.length * 2,
    });
    return fc.record({ histories: fc.constant(all), facts: twice });
  });
  const newest = async ({ histories: all, facts }: { histories: Hours[][]; facts: readonly Version[] }) => {
    const ids = all.map(() => randomUUID());
    const idOf = ({ booking }: Version) => ids[booking] ?? "";
    await rig.tell(
      AllocationsChangedSchema,
      facts.map((fact) => ({ taken: takenBy(idOf(fact), fact.version, fact.hours) })),
    );
    await rig.tell(
      ExternalBusyChangedSchema,
      facts.map((fact) => ({
        calendarId: calendars[0] ?? "",
        source: "google",
        connectionId: randomUUID(),
        externalEventId: idOf(fact),
        version: BigInt(fact.version),
        busy: fact.hours.map(({ hour }) => hourOf(hour)),
      })),
    );
    const last = all.flatMap((history, at) => (history.at(-1) ?? []).map((hours) => ({ id: ids[at] ?? "", ...hours })));
    expect(await hoursOf("booking", ids)).toEqual(
      last.map(({ id, calendarId, hour }) => `${id} ${calendarId} ${hour}`).toSorted(),
    );
    expect(await hoursOf("external", ids)).toEqual(
      [...new Set(last.map(({ id, hour }) => `${id} ${calendars[0]} ${hour}`))].toSorted(),
    );
  };
  await fc.assert(fc.asyncProperty(shuffled, newest), { numRuns: 6 });
});

type Hours = { readonly calendarId: string; readonly hour: number }[];
interface Version {
  readonly booking: number;
  readonly version: number;
  readonly hours: Hours;
}

test("an event without an external event tells the freshness alone", async () => {
  const calendarId = await createCalendar();
  const word = { calendarId, source: "google", connectionId: randomUUID(), healthy: true };
  await rig.tell(ExternalBusyChangedSchema, [word]);
  const rows = await rig.query("SELECT last_good_at FROM calendar_freshness WHERE calendar_id = $1", [calendarId]);
  expect(rows).toEqual([{ last_good_at: new Date(0) }]);
  expect(await rig.query("SELECT 1 FROM busy_times WHERE calendar_id = $1", [calendarId])).toEqual([]);
  expect(await slotsVersion(calendarId)).toBe(2);
});

test("whoever looks at a calendar is told when its busy time moved, and only then", async () => {
  const [from, to] = [await createCalendar(), await createCalendar()];
  const id = randomUUID();
  const tell = (version: number, calendarId: string) =>
    rig.tell(AllocationsChangedSchema, [{ taken: takenBy(id, version, [{ calendarId, hour: 1 }]) }]);
  const versions = async () => [await slotsVersion(from), await slotsVersion(to)];
  await tell(1, from);
  expect(await versions()).toEqual([2, 1]);
  await tell(1, from);
  expect(await versions()).toEqual([2, 1]);
  await tell(2, to);
  expect(await versions()).toEqual([3, 2]);
  await tell(1, from);
  expect(await versions()).toEqual([3, 2]);
});

test("an external event tells both calendar and freshness, and goes with the version in which it is gone", async () => {
  const calendarId = await createCalendar();
  const externalEventId = randomUUID();
  const event = { calendarId, source: "google", connectionId: randomUUID(), externalEventId, healthy: true };
  const lastGoodTime = timestampFromMs(Date.parse("2027-01-01T00:00:00Z"));
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, lastGoodTime, version: 1n, busy: [hourOf(3), hourOf(5)] }]);
  expect(await hoursOf("external", [externalEventId])).toHaveLength(2);
  expect(await slotsVersion(calendarId)).toBe(2);
  await rig.tell(ExternalBusyChangedSchema, [{ ...event, lastGoodTime, version: 2n }]);
  expect(await hoursOf("external", [externalEventId])).toEqual([]);
  expect(await slotsVersion(calendarId)).toBe(3);
});

test("without booking's address the service runs and says once that drift is not looked for; a check is refused", async () => {
  const { readModels } = rig;
  for (const ask of [() => readModels.checkDrift({}), () => readModels.rebuild({})]) {
    const error: unknown = await ask().catch((e: unknown) => e);
    expect(reasonOf(error)).toBe("DEPENDENCY_UNAVAILABLE");
  }
  expect(rig.logged().split("BOOKING_TARGET is not set: drift").length - 1).toBe(1);
});
