import { expect, test } from "vitest";
import { until } from "./until.ts";

test("what is seen is returned once it is as expected, and not looked at again", async () => {
  let looks = 0;
  const look = async () => (looks += 1);
  expect(await until("the third look", look, (seen) => seen === 3)).toBe(3);
  expect(looks).toBe(3);
});

test("without an expectation, it waits for what is true", async () => {
  const seen = [0, "", null, "there"];
  expect(await until("something", () => seen.shift())).toBe("there");
});

test("what never comes fails with its name and what was seen last", async () => {
  const look = () => ({ rows: 2n });
  await expect(until("three rows", look, ({ rows }) => rows === 3n, 1)).rejects.toThrow(
    'not within 1 ms: three rows; last seen: {"rows":"2"}',
  );
});

test("an error while looking is no reason to look again", async () => {
  await expect(until("anything", () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
});
