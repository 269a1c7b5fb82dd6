import { expect, test } from "vitest";
import { newId, parseUuid } from "./ids.ts";

test("ids are UUIDs of version 7 that sort by the time at which they were made", () => {
  const times = [0, 1, 0xffff_ffff, 2 ** 32, Date.now(), Date.now() + 1, 2 ** 48 - 1];
  const ids = times.map((ms) => newId(ms));
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual(
    [],
  );
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.map((id) => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16))).toEqual(times);
});

test("ids of one instant differ", () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId(1))).size).toBe(10_000);
});

test("a UUID is read in either case, anything else is none", () => {
  const id = newId();
  expect(parseUuid(id.toUpperCase())).toBe(id);
  for (const wrong of [
    "",
    "x",
    `${id} `,
    `{${id}}`,
    id.replaceAll("-", ""),
    id.slice(1),
    `${id}0`,
    null,
    7,
    undefined,
  ]) {
    expect(parseUuid(wrong)).toBeUndefined();
  }
});
