import { timestampMs } from "@bufbuild/protobuf/wkt";
import { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { must } from "@calends/kit/must";
import { until } from "@calends/testkit/until";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookAt, createBookable, type Bookable } from "./_bookable.ts";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { spawnService } from "./_processes.ts";
import { dayAhead, daysFrom } from "./_util.ts";

const hourMs = 3_600_000;
let sky: TestConstellation;
beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

/** Watches a day's slots of half an hour through a gateway; tells what came, and how it ended. */
async function watchThrough(gatewayUrl: string, { organizationId, calendarId }: Bookable) {
  const token = await sky.token({ organizationId });
  const transport = createGrpcTransport({ baseUrl: gatewayUrl });
  const query = { groups: [{ calendarIds: [calendarId] }], rules: { duration: durationFromMs(hourMs / 2) } };
  const request = { query, range: daysFrom(dayAhead(2), 1) };
  const [added, removed]: [number[], number[]] = [[], []];
  const read = async () => {
    const headers = { authorization: `Bearer ${token}` };
    for await (const message of createClient(AvailabilityService, transport).watchSlots(request, { headers })) {
      added.push(...message.slotsAdded.map(({ startTime }) => timestampMs(must(startTime, "start"))));
      removed.push(...message.slotsRemoved.map(({ startTime }) => timestampMs(must(startTime, "start"))));
    }
  };
  const ended = read().then(
    () => "the stream just ended",
    (error: unknown) => Code[ConnectError.from(error).code],
  );
  await until(
    "the snapshot",
    () => added.length,
    (count) => count === 48,
  );
  return { removed, ended };
}

test("who watches through the front door hears of a booking, and goes elsewhere when the gateway stops", async () => {
  const bookable = await createBookable(sky);
  const { gateway } = sky.environments;
  await using replica = spawnService("gateway", { ...gateway, DRAIN_TIMEOUT_MS: "20000" });
  const { removed, ended } = await watchThrough(`http://127.0.0.1:${await replica.serving()}`, bookable);
  await bookAt(sky, bookable, dayAhead(2) + 9 * hourMs);
  await until(
    "the booked slot is gone",
    () => removed,
    (starts) => starts.length > 0,
  );
  expect(removed).toEqual([dayAhead(2) + 9 * hourMs]);
  const began = performance.now();
  replica.signal("SIGTERM");
  expect(await ended).toBe("Unavailable");
  expect(await replica.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(5_000);
});
