import { expect, test } from "vitest";
import { attemptFor } from "./attempt.ts";

function ids(): () => string {
  let count = 0;
  return () => `id-${++count}`;
}

test("a retry of the same request has the same id, so that a lost answer never makes two bookings", () => {
  const newId = ids();
  const first = attemptFor("9:00", undefined, newId);
  expect(attemptFor("9:00", attemptFor("9:00", first, newId), newId).requestId).toBe(first.requestId);
});

test("a changed request has a new id, so that it is not answered with the old booking", () => {
  const newId = ids();
  const first = attemptFor("9:00", undefined, newId);
  const second = attemptFor("9:30", first, newId);
  expect(second.requestId).not.toBe(first.requestId);
});
