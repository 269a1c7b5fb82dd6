import { randomUUID } from "node:crypto";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { must } from "@calends/kit/must";
import { afterAll, beforeEach, beforeAll, expect, test } from "vitest";
import { startRig, type Rig } from "./_util.ts";
import {
  at,
  block,
  calendarOf,
  causes,
  minutes,
  monday,
  queryOf,
  refusalOf,
  slotsOf,
  unblock,
  type Query,
} from "./_week.ts";

let rig: Rig;
let calendarId: string;
let query: Query;
let slotToken: string;
beforeAll(async () => {
  rig = await startRig();
  calendarId = await calendarOf(rig);
  query = queryOf([calendarId], { otherDurations: [minutes(120)] });
});
beforeEach(async () => {
  const slots = await slotsOf(rig, query, monday, { sign: true });
  slotToken = must(slots[1], "the slot of two hours at nine").token;
});
afterAll(() => rig[Symbol.asyncDispose]());

test("a listed slot's token stands for its start and length, and only slots that were asked for signed have one", async () => {
  const [start, end] = [at("09:00"), at("11:00")];
  const answer = await rig.slots.checkSlot({ query, slotToken });
  expect(answer).toMatchObject({ available: true, startTime: start, endTime: end, freeCalendarIds: [calendarId] });
  const same = { query, slotToken, startTime: start, duration: minutes(120) };
  expect(await rig.slots.checkSlot(same)).toMatchObject({ available: true });
  expect((await slotsOf(rig, query)).every(({ token }) => token === "")).toBe(true);
});

test("a token is no booking: a slot that is taken meanwhile is refused with the reason", async () => {
  const { id } = await block(rig, calendarId, "10:00", "11:00");
  const { refusals } = await rig.slots.checkSlot({ query, slotToken });
  expect(causes(refusals)).toEqual([`CALENDAR_BUSY blocked_time ${id}`]);
  await unblock(rig, id);
});

test("a token with any character changed, cut, added or made up is refused", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const changed = Array.from(slotToken).flatMap((letter, index) => {
    const others = [alphabet[(alphabet.indexOf(letter) + 1) % 64], alphabet[alphabet.indexOf(letter) ^ 1]];
    return others.map((other) => `${slotToken.slice(0, index)}${other}${slotToken.slice(index + 1)}`);
  });
  const others = [slotToken.slice(0, -1), slotToken.slice(1), `${slotToken}A`, `${slotToken}=`, "A", "é", randomUUID()];
  const answers = await Promise.all(
    [...changed, ...others].map((forged) => refusalOf(rig.slots.checkSlot({ query, slotToken: forged }))),
  );
  expect(answers.filter((answer) => answer !== "SLOT_TOKEN")).toEqual([]);
});

test("a token lives for fifteen minutes", async () => {
  rig.clock.advance(15 * 60_000);
  expect(await rig.slots.checkSlot({ query, slotToken })).toMatchObject({ available: true });
  rig.clock.advance(1);
  expect(await refusalOf(rig.slots.checkSlot({ query, slotToken }))).toBe("SLOT_TOKEN");
});

test("a token is of its question alone: other calendars, rules or policies refuse it", async () => {
  const other = await calendarOf(rig);
  const questions: Query[] = [
    queryOf([other], { otherDurations: [minutes(120)] }),
    queryOf([{ ids: [calendarId, other], need: 1 }], { otherDurations: [minutes(120)] }),
    { ...query, rules: { ...query.rules, bufferBefore: minutes(5) } },
    { ...query, freshnessPolicy: 1 },
    { ...query, maxStaleness: minutes(5) },
  ];
  for (const question of questions) {
    expect(await refusalOf(rig.slots.checkSlot({ query: question, slotToken }))).toBe("SLOT_TOKEN");
  }
});

test("a token is of its organization alone", async () => {
  const foreign = rig.as(randomUUID());
  expect(await refusalOf(foreign.slots.checkSlot({ query, slotToken }))).toBe("SLOT_TOKEN");
});

test("another start or length than the token's is refused naming the field", async () => {
  const check = (fields: object) => refusalOf(rig.slots.checkSlot({ query, slotToken, ...fields }));
  expect(await check({ startTime: at("10:00") })).toBe("INVALID_FIELD start_time");
  expect(await check({ duration: minutes(60) })).toBe("INVALID_FIELD duration");
  expect(await check({ slotToken: "" })).toBe("INVALID_FIELD start_time");
  expect(await check({ slotToken: "", startTime: at("09:00"), duration: minutes(90) })).toBe("INVALID_FIELD duration");
});

test("limits, sessions and the booking that moves may change between listing and checking, and count as they are then", async () => {
  const limit = { range: monday, reason: Reason.DAILY_LIMIT, timeZone: "UTC", limit: 2 };
  const reached = { ...query, rules: { ...query.rules, reachedLimits: [limit] } };
  const { refusals } = await rig.slots.checkSlot({ query: reached, slotToken });
  expect(causes(refusals)).toEqual(["DAILY_LIMIT"]);
  const moved = { ...query, ignoreBookingId: randomUUID(), openSessions: [{ startTime: at("11:00"), seatsLeft: 1 }] };
  expect(await rig.slots.checkSlot({ query: moved, slotToken })).toMatchObject({ available: true });
});

test("another replica takes the token", async () => {
  await using other = await rig.replica();
  const { slots } = other.as(rig.organizationId);
  expect(await slots.checkSlot({ query, slotToken })).toMatchObject({ available: true });
});
