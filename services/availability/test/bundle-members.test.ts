import { randomUUID } from "node:crypto";
import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { at, between, block, bundleOf, calendarOf, queryOf, refusalOf, slotsOf, starts } from "./_week.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

const week = between("00:00", "2026-06-08T00:00:00Z");

/** Replaces the members of a bundle; the first is the primary one. */
async function setMembers(calendarId: string, memberIds: string[]): Promise<void> {
  const [primaryMemberId = ""] = memberIds;
  const fields = { name: "Both", timeZone: "UTC", memberIds, primaryMemberId };
  await rig.calendars.updateCalendar({ requestId: randomUUID(), calendarId, ...fields });
}

function freeOn(calendarId: string): Promise<string[]> {
  return slotsOf(rig, queryOf([calendarId])).then(starts);
}

function calendars(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => calendarOf(rig)));
}

/** What is listed of a calendar, without its dates. */
async function listed(calendarId: string) {
  const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [calendarId], range: week });
  return blockedTimes.map(({ id }) => id);
}

async function expanded(calendarId: string): Promise<string[]> {
  const [startDatetime, endDatetime] = ["2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z"];
  const { blockedTimes } = await rig.blocked.listExpandedBlockedTimes({ calendarId, startDatetime, endDatetime });
  return blockedTimes.map(({ startTime }) => textOf(startTime));
}

function textOf(time: Timestamp | undefined): string {
  return new Date(timestampMs(must(time, "time"))).toISOString().slice(5, 16);
}

test("a blocked time of a bundle follows its members: who goes is free, who comes is blocked", async () => {
  const [ada, bob, cleo] = (await calendars(3)) as [string, string, string];
  const bundle = await bundleOf(rig, [ada, bob]);
  const { id } = await block(rig, bundle, "10:00", "11:00");
  await setMembers(bundle, [ada, cleo]);
  expect(await Promise.all([ada, bob, cleo, bundle].map(freeOn))).toEqual([
    ["09:00", "11:00"],
    ["09:00", "10:00", "11:00"],
    ["09:00", "11:00"],
    ["09:00", "11:00"],
  ]);
  await rig.blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId: id });
  expect(await Promise.all([ada, bob, cleo].map(freeOn))).toEqual(
    Array.from({ length: 3 }, () => ["09:00", "10:00", "11:00"]),
  );
});

test("with another primary member the record keeps its id and what is special about its dates", async () => {
  const [ada, bob, cleo] = (await calendars(3)) as [string, string, string];
  const bundle = await bundleOf(rig, [ada, bob]);
  const draft = { calendarId: bundle, ...between("10:00", "11:00"), rruleString: "FREQ=DAILY;COUNT=3" };
  const made = await rig.blocked.createBlockedTime({ requestId: randomUUID(), blockedTime: draft });
  const blockedTimeId = must(made.blockedTime, "blocked time").id;
  const ids = { blockedTimeId, recurrenceId: at("10:00") };
  await rig.blocked.changeBlockedOccurrence({ requestId: randomUUID(), ...ids, ...between("09:00", "10:00") });
  const second = { blockedTimeId, recurrenceId: at("2026-06-02T10:00:00Z") };
  await rig.blocked.cancelBlockedOccurrence({ requestId: randomUUID(), ...second });
  const dates = ["06-01T09:00", "06-03T10:00"];

  for (const members of [[bob, cleo], [cleo], [ada, cleo, bob]]) {
    await setMembers(bundle, members);
    const { blockedTime } = await rig.blocked.getBlockedTime({ blockedTimeId });
    expect(blockedTime).toMatchObject({ calendarId: members[0], bundleCalendarId: bundle, bundlePrimaryEventId: "" });
    for (const calendarId of [ada, bob, cleo]) {
      expect(await expanded(calendarId)).toEqual(members.includes(calendarId) ? dates : []);
    }
    expect(await expanded(bundle)).toEqual(dates);
  }
});

test("a bundle's id lists what was made on it once, whatever its members have of their own", async () => {
  const [ada, bob] = (await calendars(2)) as [string, string];
  const bundle = await bundleOf(rig, [bob, ada]);
  await block(rig, bob, "08:00", "08:30");
  const { id } = await block(rig, bundle, "10:00", "11:00");
  expect(await listed(bundle)).toEqual([id]);
  expect(await expanded(bundle)).toEqual(["06-01T10:00"]);
  expect(await expanded(bob)).toEqual(["06-01T08:00", "06-01T10:00"]);
  const { blockedTimes } = await rig.blocked.listBlockedTimes({ calendarIds: [bundle, bob], range: week });
  expect(blockedTimes).toHaveLength(2);
});

test("what follows its members is told: a time that is gone, one that is new, and one that has moved", async () => {
  const [ada, bob, cleo] = (await calendars(3)) as [string, string, string];
  const bundle = await bundleOf(rig, [ada, bob]);
  await block(rig, bundle, "10:00", "11:00");
  const told = () => rig.query<{ subject: string }>("SELECT subject FROM outbox WHERE subject LIKE '%busy-changed%'");
  const before = (await told()).length;
  await setMembers(bundle, [bob, cleo]);
  expect((await told()).length - before).toBe(3);
  await setMembers(bundle, [bob, cleo]);
  expect((await told()).length - before).toBe(3);
});

test("a bundle with available times takes in only members that manage theirs", async () => {
  const managing = { manageAvailableWindows: true };
  const [ada, bob] = [await calendarOf(rig, null, managing), await calendarOf(rig, null, managing)];
  const plain = await calendarOf(rig);
  const bundle = await calendarOf(rig, null, { kind: 4, memberIds: [ada], primaryMemberId: ada, ...managing });
  const availableTime = { calendarId: bundle, ...between("09:00", "12:00") };
  await rig.available.createAvailableTime({ requestId: randomUUID(), availableTime });
  expect(await refusalOf(setMembers(bundle, [ada, plain]))).toBe("NOT_MANAGING_WINDOWS member_ids");
  await setMembers(bundle, [ada, bob]);
  expect(await freeOn(bob)).toEqual(["09:00"]);
});
