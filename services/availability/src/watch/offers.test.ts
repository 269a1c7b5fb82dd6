import { expect, test } from "vitest";
import type { Slot } from "../domain/slots.ts";
import { createCursors } from "./cursor.ts";
import { differenceOf, digestOf, type Told } from "./offers.ts";

const hourMs = 3_600_000;

function slot(hour: number, fields: Partial<Slot> = {}): Slot {
  return { startMs: hour * hourMs, durationMs: hourMs, seatsLeft: 0, freeHosts: [], ...fields };
}

function toldOf(offers: readonly Slot[], truncated = false): Told {
  return { offers, truncated, digest: digestOf(offers) };
}

const cursors = createCursors("secret");
const question = { organizationId: "o", request: new Uint8Array([1]) };

test("slots that come, go or have other hosts or seats are told apart, each by start", () => {
  const known = [slot(1), slot(2, { freeHosts: [0, 1] }), slot(3, { seatsLeft: 4 }), slot(5, { freeHosts: [1] })];
  const current = [slot(0), slot(2, { freeHosts: [0] }), slot(3, { seatsLeft: 3 }), slot(5, { freeHosts: [1] })];
  expect(differenceOf(known, current)).toEqual({
    added: [current[0]],
    removed: [known[0]],
    changed: [current[1], current[2]],
  });
});

test("a cursor brings back what was told; of hosts and seats whether they are the same", () => {
  const plain = toldOf([slot(1), slot(2)], true);
  expect(cursors.read(cursors.write(question, plain), question)).toEqual(plain);
  const detailed = toldOf([slot(1), slot(2, { seatsLeft: 3 })]);
  const resumed = cursors.read(cursors.write(question, detailed), question);
  expect(resumed).toMatchObject({ digest: detailed.digest, truncated: false });
  expect(resumed.offers.map(({ startMs, freeHosts }) => [startMs, freeHosts])).toEqual([
    [hourMs, null],
    [2 * hourMs, null],
  ]);
  expect(differenceOf(resumed.offers, [slot(2, { seatsLeft: 3 })])).toEqual({
    added: [],
    removed: [resumed.offers[0]],
    changed: [slot(2, { seatsLeft: 3 })],
  });
});

test("a cursor of ten thousand slots with a hundred hosts each can be sent back", () => {
  const hosts = Array.from({ length: 100 }, (_, index) => index);
  const offers = Array.from({ length: 10_000 }, (_, index) => {
    const skipped = index % 100;
    return slot(index / 4, { freeHosts: hosts.filter((host) => host !== skipped), seatsLeft: index });
  });
  expect(cursors.write(question, toldOf(offers, true)).length).toBeLessThan(65_536);
});
