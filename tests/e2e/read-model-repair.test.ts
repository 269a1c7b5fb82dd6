import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { runNode, spawnService } from "./_processes.ts";
import {
  bookHours,
  check,
  counted,
  countedSince,
  expectEqual,
  inAvailability,
  nothing,
  rebuild,
} from "./_read-model.ts";
import { openBroker, untilHandled, untilTrue } from "./_truth.ts";
import { dayAhead, outcomeOf, range } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;
let bookable: Bookable;

beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());
beforeEach(async () => {
  bookable = await createBookable(sky);
});

test("one command rebuilds every organization in the service's environment, while the service runs", async () => {
  const { organizationId: other } = bookable;
  await bookHours(sky, bookable, 3, 2);
  bookable = await createBookable(sky);
  await bookHours(sky, bookable, 5, 2);
  await inAvailability(sky, "TRUNCATE busy_times, busy_sources");
  const environment = { ...sky.environments.availability, PORT: "0" };
  const { code, output } = await runNode("services/availability/src/rebuild.ts", environment);
  expect(`${output}\nexit ${code}`).toMatch(/exit 0$/);
  expect(output).toContain(`${bookable.organizationId}: {"bookings":5,"missing":5,"extra":0,"wrong":0}`);
  expect(output).toContain(`${other}: {"bookings":3,"missing":3,"extra":0,"wrong":0}`);
  await expectEqual(sky, bookable);
});

test("the rebuild of a booking whose address is not known ends with a sentence and not with an emptied read model", async () => {
  await bookHours(sky, bookable, 2, 2);
  const { BOOKING_TARGET: _, ...rest } = sky.environments.availability;
  const { code, output } = await runNode("services/availability/src/rebuild.ts", { ...rest, PORT: "0" });
  expect({ code, output }).toEqual({ code: 1, output: "BOOKING_TARGET is missing" });
  await expectEqual(sky, bookable);
});

/** Loses what the read model has of the organization's first booking, and waits until it is there again. */
async function loseOne(): Promise<void> {
  const { organizationId } = bookable;
  await inAvailability(
    sky,
    `DELETE FROM busy_times WHERE source_id = (
       SELECT source_id FROM busy_times WHERE organization_id = $1 ORDER BY starts_at LIMIT 1)`,
    [organizationId],
  );
  await untilTrue(sky);
}

test("drift is repaired without being asked for, by one replica of all; another takes over from one that is killed", async () => {
  await bookHours(sky, bookable, 2, 2);
  const environment = { ...sky.environments.availability, PORT: "0", DRIFT_CHECK_INTERVAL_MS: "1000" };
  await using first = spawnService("availability", environment);
  await using second = spawnService("availability", environment);
  await Promise.all([first.serving(), second.serving()]);
  const tellOf = (service: typeof first) => service.logged("a read model had drifted and was repaired");
  await loseOne();
  const told = await until(
    "somebody tells of it",
    () => [...tellOf(first), ...tellOf(second)],
    (lines) => lines.length > 0,
  );
  const { organizationId } = bookable;
  expect(told).toEqual([
    expect.objectContaining({ organizationId, readModel: "busy", missing: 1, extra: 0, wrong: 0 }),
  ]);
  const [leader, other] = tellOf(first).length > 0 ? [first, second] : [second, first];
  leader.signal("SIGKILL");
  await leader.exited;
  await loseOne();
  await until("the other tells of it", () => tellOf(other).length > 0);
  expect(other.output()).not.toMatch(/guest|Ada|@/);
});

/** Calls again and again until the signal; what became of each. */
async function repeat(work: () => Promise<unknown>, signal: AbortSignal): Promise<string[]> {
  const outcomes: string[] = [];
  while (!signal.aborted) {
    outcomes.push(await outcomeOf(work()));
  }
  return outcomes;
}

/** Books, moves and cancels. */
async function live(lane: number): Promise<void> {
  const bookings = sky.client(BookingService, bookable.organizationId);
  for (const i of range(15)) {
    const { id } = await bookAt(sky, bookable, dayAhead(10 + lane) + i * hourMs, `l${lane}x${i}`);
    const startTime = timestampFromMs(dayAhead(30 + lane) + i * hourMs);
    await bookings.rescheduleBooking({ requestId: randomUUID(), bookingId: id, startTime });
    if (i % 3 === 0) {
      await bookings.cancelBooking({ requestId: randomUUID(), bookingId: id });
    }
  }
}

test("while bookings are made, moved and cancelled, checks and rebuilds free no booked time, and all ends equal", async () => {
  const ids = await bookHours(sky, bookable, 5, 60);
  await using broker = await openBroker(sky);
  const before = await counted(sky);
  const ending = new AbortController();
  const { signal } = ending;
  const look = async () => {
    const sql = "SELECT count(DISTINCT source_id)::int AS n FROM busy_times WHERE source_id = ANY ($1::uuid[])";
    const [row] = await inAvailability(sky, sql, [ids]);
    await delay(1);
    return must(row?.["n"] === ids.length ? row : undefined, "a booked time");
  };
  const background = [() => check(sky, bookable), () => rebuild(sky, bookable), look].map((work) =>
    repeat(work, signal),
  );
  await Promise.all(range(3).map(live)).finally(() => ending.abort());
  const outcomes = await Promise.all(background);
  expect(Math.min(...outcomes.map(({ length }) => length))).toBeGreaterThan(2);
  expect(outcomes.flat().filter((outcome) => outcome !== "ok")).toEqual([]);
  // Nothing was lost, so nothing was drift, however late events came.
  expect(await countedSince(sky, before)).toEqual(nothing);
  await untilHandled(broker);
  await untilTrue(sky);
  await expectEqual(sky, bookable);
}, 120_000);
