import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ExternalBusyChangedSchema } from "@calends/contracts/calends/sync/v1/sync_events_pb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { between, calendarOf, queryOf, slotsOf, starts } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** An event of Google in its first version, as sync tells it. */
function eventOf(calendarId: string, fields: object): MessageInitShape<typeof ExternalBusyChangedSchema> {
  const lastGoodTime = timestampFromMs(rig.clock.now().getTime());
  const ids = { source: "google", connectionId: randomUUID(), externalEventId: randomUUID() };
  return { calendarId, ...ids, version: 1n, lastGoodTime, healthy: true, ...fields };
}

test("a span that takes no time, as calendars allow, takes none and costs no other span of its event", async () => {
  const calendarId = await calendarOf(rig);
  const busy = [between("09:00", "09:00"), between("11:30", "11:00"), between("10:00", "11:00")];
  await rig.tell(ExternalBusyChangedSchema, [eventOf(calendarId, { busy })]);
  expect(starts(await slotsOf(rig, queryOf([calendarId])))).toEqual(["09:00", "11:00"]);
  expect(
    (await rig.slots.findSlots({ query: queryOf([calendarId]), range: between("09:00", "10:00") })).freshness,
  ).toHaveLength(1);
});
