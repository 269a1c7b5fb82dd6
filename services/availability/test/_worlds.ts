import fc from "fast-check";
import type { Schedule } from "../src/domain/schedule.ts";
import type { Busy, Limit, Session, SlotRules, TravelTime } from "../src/domain/world.ts";
import type { Calendar, Case } from "./_case.ts";
import { isValid, schedules } from "./_schedules.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const marginDays = 3;
const places = ["", "", "office", "clinic", "home"];

/** Places and weeks where clocks do something. */
const weeks: readonly (readonly [zone: string, from: string])[] = [
  ["UTC", "2026-06-01"],
  ["America/New_York", "2026-03-07"],
  ["America/New_York", "2026-10-31"],
  ["Europe/London", "2026-03-28"],
  ["Europe/Berlin", "2026-10-24"],
  ["Australia/Lord_Howe", "2026-04-04"],
  ["Australia/Lord_Howe", "2026-10-03"],
  ["Asia/Kathmandu", "2026-08-10"],
  ["Pacific/Chatham", "2026-04-04"],
  ["America/St_Johns", "2026-11-01"],
  // One minute after midnight, back into the day before.
  ["America/St_Johns", "2006-10-28"],
  ["Africa/Casablanca", "2026-02-14"],
  // Midnight is skipped.
  ["Africa/Cairo", "2026-04-23"],
  // A whole day is skipped.
  ["Pacific/Apia", "2011-12-29"],
];

/** Whole minutes as milliseconds. */
export function minutes(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max }).map((count) => count * minuteMs);
}

const seldom = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, other);

const rules: fc.Arbitrary<SlotRules> = fc
  .record({
    durationsMs: fc.uniqueArray(fc.oneof(fc.constantFrom(15, 30, 60), fc.integer({ min: 1, max: 300 })), {
      minLength: 1,
      maxLength: 3,
    }),
    stepMs: fc.oneof(
      fc.constantFrom(15, 30, 60).map((count) => count * minuteMs),
      minutes(1, 200),
    ),
    bufferBeforeMs: seldom(0, minutes(0, 90)),
    bufferAfterMs: seldom(0, minutes(0, 90)),
    setUpMs: seldom(0, minutes(0, 90)),
    cleanUpMs: seldom(0, minutes(0, 90)),
    minNoticeMs: seldom(0, minutes(0, 2000)),
    horizonMs: seldom(Number.POSITIVE_INFINITY, minutes(0, 3000)),
    place: fc.constantFrom(...places),
  })
  .map((some) => ({ ...some, durationsMs: some.durationsMs.map((count) => count * minuteMs) }));

/** Instants are counted from the world's beginning, and put where it is when it is known. */
const busy: fc.Arbitrary<readonly Busy[]> = fc
  .array(
    fc.record({
      startMs: minutes(-500, 4500),
      lengthMs: fc.oneof(minutes(1, 90), minutes(1, 400)),
      source: fc.constantFrom("booking" as const, "blocked_time" as const, "external" as const),
      place: fc.constantFrom(...places),
    }),
    { maxLength: 7 },
  )
  .map((spans) =>
    spans
      .map(({ startMs, lengthMs, ...rest }) => ({ ...rest, startMs, endMs: startMs + lengthMs, sourceId: "" }))
      .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
  );

const openings = fc.array(
  fc.tuple(fc.integer({ min: -500, max: 4500 }), fc.integer({ min: 1, max: 500 })).map(([from, length]) => ({
    from,
    to: from + length,
  })),
  { maxLength: 12 },
);

const alone = (schedule: fc.Arbitrary<Schedule>): fc.Arbitrary<Calendar> =>
  fc.record({ schedule, busy, openings, kind: fc.nat(19), stale: fc.nat(19) }).map(({ kind, stale, ...rest }) => ({
    ...rest,
    id: "",
    schedule: kind < 2 ? null : rest.schedule,
    openings: kind > 17 ? rest.openings.toSorted((a, b) => a.from - b.from) : null,
    members: [],
    stale: stale === 0,
  }));

const calendars = (schedule: fc.Arbitrary<Schedule>): fc.Arbitrary<Calendar> => {
  const bundle = fc.array(alone(schedule), { minLength: 1, maxLength: 3 }).map((members) => ({
    id: "",
    schedule: null,
    openings: null,
    members,
    busy: [],
    stale: false,
  }));
  return fc.oneof({ weight: 8, arbitrary: alone(schedule) }, { weight: 1, arbitrary: bundle });
};

const groups = (schedule: fc.Arbitrary<Schedule>): fc.Arbitrary<Case["groups"]> => {
  const group = fc
    .tuple(fc.array(calendars(schedule), { minLength: 1, maxLength: 4 }), fc.nat(3))
    .map(([members, need]) => ({ calendars: members, need: (need % members.length) + 1 }));
  const one = calendars(schedule).map((calendar) => [{ calendars: [calendar], need: 1 }]);
  return fc.oneof(
    one,
    fc.array(group, { minLength: 1, maxLength: 2 }),
    fc.array(group, { minLength: 1, maxLength: 1 }),
  );
};

const limits: fc.Arbitrary<readonly Limit[]> = fc.array(
  fc
    .record({
      startMs: minutes(-500, 4000),
      reason: fc.constantFrom("DAILY_LIMIT" as const, "WEEKLY_LIMIT" as const, "MONTHLY_LIMIT" as const),
      lengthMs: minutes(1, 1500),
    })
    .map(({ lengthMs, ...rest }) => ({ ...rest, endMs: rest.startMs + lengthMs, timeZone: "UTC", limit: 3 })),
  { maxLength: 2 },
);

const sessions: fc.Arbitrary<readonly Session[]> = fc.uniqueArray(
  fc.record({
    startMs: fc.oneof(
      minutes(0, 4000),
      fc.nat(60).map((count) => count * 60 * minuteMs),
    ),
    seatsLeft: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 3, selector: ({ startMs }) => startMs },
);

/** Two ways between two places take what they take. */
const travel: fc.Arbitrary<TravelTime> = fc
  .array(fc.oneof(fc.constant(0), minutes(0, 240)), { minLength: 25, maxLength: 25 })
  .map((times) => (from, to) => times[places.indexOf(from) * 5 + places.indexOf(to)] ?? 0);

const parts = (schedule: fc.Arbitrary<Schedule>) =>
  fc.record({
    groups: groups(schedule),
    typeHours: seldom(null, schedule),
    rules,
    limits: seldom<readonly Limit[]>([], limits),
    sessions: seldom<readonly Session[]>([], sessions),
    travel,
    nowMs: fc.integer({ min: -3000 * minuteMs, max: 2000 * minuteMs }),
    fromMs: seldom(0, fc.integer({ min: 0, max: 2000 * minuteMs })),
    lengthMs: fc.oneof(fc.constant(2 * dayMs), fc.integer({ min: 1, max: 2880 * minuteMs })),
    holidayDays: seldom<readonly number[]>([], fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 2 })),
  });

/** Questions about random worlds. */
export const cases: fc.Arbitrary<Case> = fc.constantFrom(...weeks).chain(([zone, start]) => {
  const baseMs = Date.parse(`${start}T00:00:00Z`);
  const day = baseMs / dayMs;
  const dateOf = (offset: number) => new Date(baseMs + offset * dayMs).toISOString().slice(0, 10);
  const inZone = schedules(zone, dateOf).filter(isValid);
  return parts(inZone).map(({ holidayDays, lengthMs, ...some }) => ({
    ...some,
    extent: { firstDay: day - marginDays, lastDay: day + 2 * marginDays },
    holidays: holidayDays.map(dateOf),
    groups: some.groups.map((group, at) => ({
      ...group,
      calendars: group.calendars.map((one, index) => placed(one, `${at}.${index}`, baseMs)),
    })),
    limits: some.limits.map((limit) => ({ ...limit, startMs: limit.startMs + baseMs, endMs: limit.endMs + baseMs })),
    sessions: some.sessions.map((session) => ({ ...session, startMs: session.startMs + baseMs })),
    nowMs: some.nowMs + baseMs,
    fromMs: some.fromMs + baseMs,
    toMs: some.fromMs + baseMs + lengthMs,
  }));
});

/** Gives a calendar and its records their ids, and puts them into the world's week. */
function placed(calendar: Calendar, id: string, byMs: number): Calendar {
  const moved = (minute: number) => minute + byMs / minuteMs;
  return {
    ...calendar,
    id,
    members: calendar.members.map((member, index) => placed(member, `${id}.${index}`, byMs)),
    busy: calendar.busy.map((one, index) => ({
      ...one,
      sourceId: `${id}/${index}`,
      startMs: one.startMs + byMs,
      endMs: one.endMs + byMs,
    })),
    openings: calendar.openings?.map(({ from, to }) => ({ from: moved(from), to: moved(to) })) ?? null,
  };
}
