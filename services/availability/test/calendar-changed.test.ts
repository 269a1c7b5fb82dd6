import { randomUUID } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { CalendarChangedSchema } from "@calends/contracts/calends/availability/v1/availability_events_pb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { between, block, bundleOf, calendarOf, daily } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** What was told of a calendar, in order. */
async function toldOf(calendarId: string) {
  const rows = await rig.query<{ payload: Buffer }>(
    "SELECT payload FROM outbox WHERE subject LIKE '%calendar-changed%' ORDER BY id",
  );
  const told = rows.flatMap(({ payload }) => fromBinary(CalendarChangedSchema, payload).calendar ?? []);
  return told.filter(({ id }) => id === calendarId);
}

test("a calendar is told when it is new, and when it or its hours change, as it is then", async () => {
  const calendarId = await calendarOf(rig, null);
  expect(await toldOf(calendarId)).toMatchObject([{ name: "Ada", version: 1n }]);
  await rig.calendars.setProfile({ requestId: randomUUID(), profile: { calendarId, schedule: daily(9, 12) } });
  const update = { calendarId, name: "Ada L.", timeZone: "Europe/Berlin" };
  await rig.calendars.updateCalendar({ requestId: randomUUID(), ...update });
  expect(await toldOf(calendarId)).toMatchObject([
    { name: "Ada", version: 1n },
    { name: "Ada", version: 1n },
    { name: "Ada L.", timeZone: "Europe/Berlin", version: 2n },
  ]);
});

test("a bundle is told with its members", async () => {
  const [a, b] = [await calendarOf(rig), await calendarOf(rig)];
  const calendarId = await bundleOf(rig, [a]);
  const update = { calendarId, name: "Both", timeZone: "UTC", memberIds: [a, b], primaryMemberId: b };
  await rig.calendars.updateCalendar({ requestId: randomUUID(), ...update });
  expect(await toldOf(calendarId)).toMatchObject([
    { memberIds: [a], primaryMemberId: a },
    { memberIds: [b, a], primaryMemberId: b },
  ]);
});

test("a calendar is told once for each change of its available times, and not for its blocked ones", async () => {
  const calendarId = await calendarOf(rig, null, { manageAvailableWindows: true });
  const times = [between("09:00", "10:00"), between("10:00", "11:00")];
  const availableTimes = times.map((time) => ({ calendarId, ...time }));
  const { availableTimes: made } = await rig.available.bulkCreateAvailableTimes({
    requestId: randomUUID(),
    availableTimes,
  });
  expect(await toldOf(calendarId)).toHaveLength(2);
  await rig.available.deleteAvailableTime({ requestId: randomUUID(), availableTimeId: made[0]?.id ?? "" });
  expect(await toldOf(calendarId)).toHaveLength(3);
  await block(rig, calendarId, "09:00", "10:00");
  expect(await toldOf(calendarId)).toHaveLength(3);
});
