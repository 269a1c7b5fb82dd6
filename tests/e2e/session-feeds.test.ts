import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FeedService } from "@calends/contracts/calends/sync/v1/feed_service_pb";
import { until } from "@calends/testkit/until";
import ICAL from "ical.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestConstellation, type TestConstellation } from "./_constellation.ts";
import { createGroup, type Group } from "./_groups.ts";
import { dayAhead } from "./_util.ts";

let sky: TestConstellation;
beforeAll(async () => {
  sky = await startTestConstellation();
});
afterAll(() => sky[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const startMs = dayAhead(6) + 9 * hourMs;

/** The feed of a group's host. */
async function feedOf(group: Group) {
  const { organizationId, calendarId } = group;
  const feeds = sky.client(FeedService, organizationId);
  const { path } = await feeds.createFeed({ requestId: randomUUID(), calendarId, name: "Host" });
  const read = async () => {
    const text = await (await fetch(`${sky.gatewayUrl}${path}`)).text();
    const components = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
    return components.map((component) => new ICAL.Event(component));
  };
  const inShort = (event: ICAL.Event) =>
    [
      event.startDate.toJSDate().toISOString().slice(11, 16),
      String(event.component.getFirstPropertyValue("status")),
      event.description,
    ].join(" ");
  return {
    read,
    /** Reads the events that the feed comes to have, as in "09:00 CONFIRMED Registered: 2". */
    async comesTo(...expected: string[]) {
      const look = async () => (await read()).map(inShort).toSorted();
      return until("the feed", look, (found) => found.join() === expected.join());
    },
  };
}

test("a session is one event of its host, with one UID, and says how many are registered as they come and go", async () => {
  const group = await createGroup(sky, 3);
  const feed = await feedOf(group);
  const first = await group.register(startMs, "ann");
  expect(await feed.comesTo("09:00 CONFIRMED Registered: 1")).toHaveLength(1);
  const [alone] = await feed.read();
  const second = await group.register(startMs, "ben");
  expect(await feed.comesTo("09:00 CONFIRMED Registered: 2")).toHaveLength(1);
  const [both] = await feed.read();
  expect([both?.uid, both?.uid]).toEqual([alone?.uid, `${first.sessionId}@calends`]);
  expect(both?.sequence).toBeGreaterThan(alone?.sequence ?? Number.NaN);
  await group.cancel(first);
  expect(await feed.comesTo("09:00 CONFIRMED Registered: 1")).toHaveLength(1);
  expect((await feed.read())[0]?.sequence).toBeGreaterThan(both?.sequence ?? Number.NaN);
  await group.cancel(second);
  expect(await feed.comesTo()).toHaveLength(0);
});

test("a registration that moves leaves one session's event and joins the other's", async () => {
  const group = await createGroup(sky, 3);
  const feed = await feedOf(group);
  const [ann, ben] = [await group.register(startMs, "ann"), await group.register(startMs, "ben")];
  const move = (bookingId: string, toMs: number) =>
    group.bookings.rescheduleBooking({ requestId: randomUUID(), bookingId, startTime: timestampFromMs(toMs) });
  await move(ann.id, startMs + hourMs);
  expect(await feed.comesTo("09:00 CONFIRMED Registered: 1", "10:00 CONFIRMED Registered: 1")).toHaveLength(2);
  await move(ben.id, startMs + hourMs);
  expect(await feed.comesTo("10:00 CONFIRMED Registered: 2")).toHaveLength(1);
});

test("a session is tentative until somebody is confirmed; who waits for a seat does not count", async () => {
  const group = await createGroup(sky, 1, { requiresConfirmation: true, waitlist: true });
  const feed = await feedOf(group);
  const ann = await group.register(startMs, "ann");
  expect(await feed.comesTo("09:00 TENTATIVE Registered: 1")).toHaveLength(1);
  const ben = await group.register(startMs, "ben");
  await group.bookings.confirmBooking({ requestId: randomUUID(), bookingId: ann.id });
  expect(await feed.comesTo("09:00 CONFIRMED Registered: 1")).toHaveLength(1);
  await group.cancel(ann);
  expect(await feed.comesTo()).toHaveLength(0);
  await group.bookings.acceptOffer({ requestId: randomUUID(), bookingId: ben.id });
  expect(await feed.comesTo("09:00 TENTATIVE Registered: 1")).toHaveLength(1);
});
