import { randomUUID } from "node:crypto";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FindMeetingTimesRequestSchema } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { must } from "@calends/kit/must";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import { between, block, bundleOf, calendarOf, daily, minutes, monday, refusalOf, starts } from "./_week.ts";

let rig: Rig;
/** Open from 9 to 12, from 10 to 14, from 11 to 12. */
let [ada, bob, cid]: [string, string, string] = ["", "", ""];
beforeAll(async () => {
  rig = await startRig();
  [ada, bob, cid] = [await calendarOf(rig), await calendarOf(rig, daily(10, 14)), await calendarOf(rig, daily(11, 12))];
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rig[Symbol.asyncDispose]());

type Request = Exclude<MessageInitShape<typeof FindMeetingTimesRequestSchema>, { $typeName: string }>;

async function find(request: Request) {
  const { times } = await rig.slots.findMeetingTimes({ range: monday, rules: { duration: minutes(60) }, ...request });
  return times;
}

describe("meeting times", () => {
  test("everybody who has to come can, and the soonest is the best", async () => {
    const times = await find({ attendees: [{ calendarId: ada }, { calendarId: bob }] });
    expect(starts(times)).toEqual(["10:00", "11:00"]);
    expect(times[0]).toMatchObject({ freeCalendarIds: [ada, bob], missingCalendarIds: [] });
    expect(times[0]?.reasons).toEqual(["everybody can come", "within everybody's working hours"]);
    expect(times.every(({ score }, index) => score > 0 && score <= 1 && score <= (times[index - 1]?.score ?? 1))).toBe(
      true,
    );
  });

  test("an optional attendee keeps no time away, and ranks: first who can come, then whose hours it is in", async () => {
    const dan = await calendarOf(rig, daily(11, 12));
    await block(rig, dan, "09:00", "10:00");
    const times = await find({ attendees: [{ calendarId: ada }, { calendarId: dan, optional: true }] });
    expect(starts(times)).toEqual(["11:00", "10:00", "09:00"]);
    expect(times.map(({ missingCalendarIds }) => missingCalendarIds)).toEqual([[], [], [dan]]);
    expect(times.map(({ reasons }) => reasons)).toEqual([
      ["everybody can come", "within everybody's working hours"],
      ["everybody can come", "within the working hours of 1 of 2"],
      ["1 of 2 can come", "within everybody's working hours"],
    ]);
  });

  test("two of five: a time is where two of a group can come, beside those who have to", async () => {
    const others = await Promise.all([1, 2].map(() => calendarOf(rig, null)));
    const group = { calendarIds: [ada, bob, cid, ...others], need: 2 };
    const times = await find({ groups: [group] });
    expect(starts(times)).toEqual(["11:00", "10:00"]);
    expect(times.map(({ freeCalendarIds }) => freeCalendarIds)).toEqual([
      [ada, bob, cid],
      [ada, bob],
    ]);
    expect(times.map(({ missingCalendarIds }) => missingCalendarIds)).toEqual([others, [cid, ...others]]);
    expect(times.map(({ reasons }) => reasons[0])).toEqual(["3 of 5 can come", "2 of 5 can come"]);
    expect(starts(await find({ groups: [{ ...group, need: 3 }] }))).toEqual(["11:00"]);
    const late = await calendarOf(rig, daily(11, 18));
    expect(starts(await find({ attendees: [{ calendarId: late }], groups: [group] }))).toEqual(["11:00"]);
  });

  test("hours that are ignored rank all the same, and what is busy counts", async () => {
    const busy = await calendarOf(rig, daily(10, 11));
    await block(rig, busy, "09:00", "10:00");
    const range = between("08:00", "12:00");
    const times = await find({ attendees: [{ calendarId: busy }], range, ignoreHours: true });
    expect(starts(times)).toEqual(["10:00", "08:00", "11:00"]);
    expect(times[1]?.reasons).toEqual(["everybody can come", "within the working hours of 0 of 1"]);
  });

  test("hours that are ignored keep no start away that those which count let in", async () => {
    const calendarId = await calendarOf(rig, daily(9, 17));
    const rules = { duration: minutes(60), step: minutes(30), setUp: minutes(15), cleanUp: minutes(15) };
    const request = { attendees: [{ calendarId }], range: between("09:15", "10:15"), rules };
    const [within, anywhere] = [await find(request), await find({ ...request, ignoreHours: true })];
    expect(starts(within)).toEqual(["09:15", "09:45"]);
    expect(starts(anywhere)).toEqual(["09:15", "09:45"]);
  });

  test("several lengths are found each, and no more than asked for", async () => {
    const rules = { duration: minutes(60), otherDurations: [minutes(120)] };
    const times = await find({ attendees: [{ calendarId: ada }], rules });
    expect(starts(times).toSorted()).toEqual(["09:00", "09:00+120", "10:00", "10:00+120", "11:00"].toSorted());
    expect(starts(await find({ attendees: [{ calendarId: ada }], maxResults: 1 }))).toEqual(["09:00"]);
  });

  test.each<[string, () => Request, string]>([
    ["nobody at all", () => ({}), "INVALID_FIELD attendees"],
    [
      "somebody twice",
      () => ({ attendees: [{ calendarId: ada }, { calendarId: ada }] }),
      "INVALID_FIELD attendees[1].calendar_id",
    ],
    [
      "a group that needs more than it has",
      () => ({ attendees: [{ calendarId: ada }], groups: [{ calendarIds: [bob], need: 2 }] }),
      "INVALID_FIELD groups[0].need",
    ],
    [
      "a length of half a minute",
      () => ({ attendees: [{ calendarId: ada }], rules: { duration: { seconds: 90n } } }),
      "INVALID_FIELD rules.duration",
    ],
    ["a range of 63 days", () => ({ range: between("00:00", "2026-08-03T00:00:00Z") }), "INVALID_FIELD range.end_time"],
    ["a calendar that does not exist", () => ({ attendees: [{ calendarId: randomUUID() }] }), "NOT_FOUND"],
  ])("%s is refused naming what is wrong", async (_, request, refusal) => {
    expect(await refusalOf(find(request()))).toBe(refusal);
  });
});

describe("free/busy", () => {
  const query = (calendarIds: string[], range = monday) => rig.slots.queryFreeBusy({ calendarIds, range });

  test("each calendar is busy when something takes it or it is outside of its hours, told apart", async () => {
    const calendarId = await calendarOf(rig, daily(9, 17));
    await block(rig, calendarId, "16:00", "18:00");
    await block(rig, calendarId, "10:00", "10:30");
    const { calendars } = await query([calendarId], between("08:00", "20:00"));
    const hours = (ranges: NonNullable<(typeof calendars)[0]>["busy"]) =>
      ranges.map(({ startTime, endTime }) =>
        [startTime, endTime]
          .map((time) => new Date(timestampMs(must(time, "time"))).toISOString().slice(11, 16))
          .join("-"),
      );
    expect(hours(calendars[0]?.busy ?? [])).toEqual(["08:00-09:00", "10:00-10:30", "16:00-20:00"]);
    expect(hours(calendars[0]?.outsideHours ?? [])).toEqual(["08:00-09:00", "17:00-20:00"]);
  });

  test("500 calendars are answered in their order, one that is not there as NOT_FOUND, in as few queries as two", async () => {
    const foreign = await calendarOf(rig.as(randomUUID()));
    const bundle = await bundleOf(rig, [ada, bob]);
    await rig.query(
      `INSERT INTO calendars (organization_id, id, name, kind, time_zone, manage_available_windows, created_at, updated_at)
       SELECT $1, gen_random_uuid(), 'many', 1, 'UTC', n % 5 = 0, now(), now() FROM generate_series(1, 497) n`,
      [rig.organizationId],
    );
    await rig.query(
      `INSERT INTO profiles (organization_id, calendar_id, time_zone, weekly_hours, date_overrides, updated_at)
       SELECT organization_id, id, 'UTC', '[]', '[]', now() FROM calendars WHERE name = 'many'`,
    );
    const rows = await rig.query<{ id: string }>("SELECT id FROM calendars WHERE name = 'many'");
    const many = [ada, foreign, bundle, ...rows.map(({ id }) => id)];
    const count = async (calendarIds: string[]) => {
      const spy = vi.spyOn(Client.prototype, "query");
      const { calendars } = await query(calendarIds);
      const texts = spy.mock.calls.map(([asked]) => JSON.stringify(asked));
      spy.mockRestore();
      return {
        calendars,
        queries: texts.filter((text) => /calendars|busy_times|profiles|calendar_times/.test(text)).length,
      };
    };
    const [two, all] = [await count(many.slice(0, 3)), await count(many)];
    expect(all.calendars.map(({ calendarId }) => calendarId)).toEqual(many);
    expect(all.calendars.filter(({ error }) => error !== Reason.UNSPECIFIED).map((one) => one.calendarId)).toEqual([
      foreign,
    ]);
    expect(all.calendars[1]).toMatchObject({ error: Reason.NOT_FOUND, busy: [] });
    expect(two.queries).toBeGreaterThan(0);
    expect(all.queries).toBeLessThanOrEqual(two.queries + 4);
  });

  test("a calendar that has too many times is an error of its own, and keeps no other from being answered", async () => {
    const range = between("2026-06-01T00:00:00Z", "2026-06-05T00:00:00Z");
    const [first, full, bundle, last] = [
      await calendarOf(rig),
      await calendarOf(rig),
      await bundleOf(rig, [ada, bob]),
      await calendarOf(rig),
    ];
    const everySecond = { ...between("00:00", "2026-06-05T00:00:00Z"), rruleString: "FREQ=SECONDLY" };
    const blockedTime = { calendarId: full, ...everySecond };
    await rig.blocked.createBlockedTime({ requestId: randomUUID(), blockedTime });
    await block(rig, last, "09:00", "12:00");
    const ids = [first, randomUUID(), full, bundle, last];
    const { calendars } = await query(ids, range);
    expect(calendars.map(({ calendarId }) => calendarId)).toEqual(ids);
    expect(calendars.map(({ error, busy }) => [error, busy.length])).toEqual([
      [Reason.UNSPECIFIED, 5],
      [Reason.NOT_FOUND, 0],
      [Reason.QUESTION_TOO_LARGE, 0],
      [Reason.UNSPECIFIED, 5],
      [Reason.UNSPECIFIED, 4],
    ]);
  });

  test("501 calendars, one twice, or a range of 63 days is refused", async () => {
    const many = Array.from({ length: 501 }, () => randomUUID());
    expect(await refusalOf(query(many))).toBe("INVALID_FIELD calendar_ids");
    expect(await refusalOf(query([ada, ada]))).toBe("INVALID_FIELD calendar_ids");
    const range = between("00:00", "2026-08-03T00:00:00Z");
    expect(await refusalOf(query([ada], range))).toBe("INVALID_FIELD range.end_time");
  });
});
