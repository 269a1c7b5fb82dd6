import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ScheduleSchema } from "@calends/contracts/calends/availability/v1/profile_pb";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Store } from "../src/store/index.ts";
import { readProfiles } from "../src/store/profiles.ts";
import { refusalOf, startRig, type Rig } from "./_times.ts";

const stack = new AsyncDisposableStack();
let rig: Rig;
let store: Store;
beforeAll(async () => {
  rig = stack.use(await startRig());
  const pool = stack.adopt(new Pool({ connectionString: rig.databaseUrl, max: 2 }), (open) => open.end());
  store = stack.use(openStore(pool, () => {}));
});
afterAll(() => stack.disposeAsync());

const nights = { startMinute: 22 * 60, endMinute: 30 * 60 };
const everything = {
  timeZone: "Europe/Berlin",
  weeklyHours: [{ weekday: 1, hours: nights }],
  dateOverrides: [{ date: "2026-12-24", hours: [{ startMinute: 540, endMinute: 720 }], reason: "Eve" }],
  breaks: [{ weekday: 2, hours: { startMinute: 60, endMinute: 90 }, reason: "Tea" }],
  vacations: [{ startDate: "2027-07-01", endDate: "2027-07-21", reason: "Sea" }],
  holidays: { country: "DE", region: "BY", district: "A" },
};

async function setProfile(calendarId: string, schedule: MessageInitShape<typeof ScheduleSchema>) {
  const request = { requestId: randomUUID(), profile: { calendarId, schedule } };
  return (await rig.calendars.setProfile(request, await rig.as())).profile;
}

test("a profile comes back as it was set, and a later one replaces all of it and has the next version", async () => {
  const calendarId = await rig.calendar();
  const first = await setProfile(calendarId, everything);
  expect(first).toMatchObject({ calendarId, version: 1n, schedule: everything });
  expect((await rig.calendars.getProfile({ calendarId }, await rig.as())).profile).toEqual(first);
  const second = await setProfile(calendarId, { timeZone: "UTC" });
  expect(second).toMatchObject({ version: 2n, schedule: { timeZone: "UTC", weeklyHours: [], vacations: [] } });
  expect(second?.schedule?.holidays).toBeUndefined();
  expect((await rig.calendars.getProfile({ calendarId }, await rig.as())).profile).toEqual(second);
});

test("a new profile says that slots of its calendar may have moved", async () => {
  const calendarId = await rig.calendar();
  const before = await rig.slotsVersion(calendarId);
  await setProfile(calendarId, everything);
  expect(await rig.slotsVersion(calendarId)).toBe(before + 1);
});

test("a schedule is refused by the field at fault, and nothing is stored", async () => {
  const calendarId = await rig.calendar();
  const fieldsOf = async (parts: object) =>
    (await refusalOf(setProfile(calendarId, { ...everything, ...parts }))).fields;
  const place = { country: "DE", region: "", district: "" };
  expect(await fieldsOf({ holidays: { ...place, country: "XX" } })).toEqual(["profile.schedule.holidays.country"]);
  expect(await fieldsOf({ holidays: { ...place, region: "ZZ" } })).toEqual(["profile.schedule.holidays.region"]);
  expect(await fieldsOf({ holidays: { ...place, district: "A" } })).toEqual(["profile.schedule.holidays.district"]);
  expect(await fieldsOf({ timeZone: "Mars/Olympus" })).toEqual(["profile.schedule.time_zone"]);
  expect(await fieldsOf({ breaks: [...everything.breaks, ...everything.breaks] })).toEqual(["profile.schedule.breaks"]);
  const backwards = [{ startDate: "2027-07-02", endDate: "2027-07-01", reason: "" }];
  expect(await fieldsOf({ vacations: backwards })).toEqual(["profile.schedule.vacations[0].end_date"]);
  const { text } = await refusalOf(rig.as().then((options) => rig.calendars.getProfile({ calendarId }, options)));
  expect(text).toBe("Availability profile not found or access denied");
});

test("a calendar of another organization has no profile, and gets none", async () => {
  const calendarId = await rig.calendar();
  await setProfile(calendarId, everything);
  const stranger = await rig.as(randomUUID());
  const profile = { calendarId, schedule: everything };
  const texts = await Promise.all([
    refusalOf(rig.calendars.getProfile({ calendarId }, stranger)),
    refusalOf(rig.calendars.setProfile({ requestId: randomUUID(), profile }, stranger)),
  ]);
  expect(texts.map(({ text }) => text)).toEqual(Array(2).fill("Calendar not found or access denied"));
});

test("profiles of many calendars are read at once, of the organization's own that have one", async () => {
  const [withOne, without] = [await rig.calendar(), await rig.calendar()];
  await setProfile(withOne, everything);
  const ids = [withOne, without, randomUUID()];
  const found = await readProfiles(store.db, rig.organizationId, ids);
  expect([...found.keys()]).toEqual([withOne]);
  expect(found.get(withOne)).toMatchObject({
    version: 1n,
    weeklyHours: [{ weekday: 1, ...nights }],
    vacations: everything.vacations,
    holidays: everything.holidays,
  });
  expect(await readProfiles(store.db, randomUUID(), ids)).toEqual(new Map());
  expect(await readProfiles(store.db, rig.organizationId, [])).toEqual(new Map());
});
