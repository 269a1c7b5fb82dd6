import { setTimeout as delay } from "node:timers/promises";
import { range } from "../e2e/_util.ts";
import type { ChaosClient } from "./asking.ts";
import * as operations from "./operations.ts";
import { bookListed, look } from "./reading.ts";
import { recur } from "./recurring.ts";
import { trespass } from "./trespassing.ts";
import { visit } from "./visiting.ts";

type Act = (client: ChaosClient) => Promise<void>;
/** What clients do, and how often in relation. */
export type Acts = readonly (readonly [weight: number, act: Act])[];

/** What clients do as a rule. */
export const usualActs: Acts = [
  [46, (client) => operations.book(client)],
  [6, operations.hold],
  [3, operations.take],
  [1, operations.release],
  [4, operations.confirm],
  [2, operations.decline],
  [20, operations.cancel],
  [12, operations.reschedule],
  [3, operations.accept],
  [3, recur],
  [4, trespass],
  [8, visit],
  [8, look],
  [5, bookListed],
];
/** Bookings, and requests for those of the other organization. */
export const trespassingActs: Acts = [
  [2, (client) => operations.book(client)],
  [1, trespass],
];
/** Bookings that end, and who reads them. */
export const readingActs: Acts = [
  [3, (client) => operations.book(client)],
  [3, operations.cancel],
  [6, look],
];
/** Bookings that are moved and end, of which there is something to tell. */
export const changingActs: Acts = [
  [3, (client) => operations.book(client)],
  [3, operations.cancel],
  [3, operations.reschedule],
];
/** Visitors of public pages alone. */
export const visitingActs: Acts = [[1, visit]];
/** Series, and what becomes of their bookings. */
export const seriesActs: Acts = [
  [2, recur],
  [2, operations.cancel],
  [1, operations.reschedule],
];

/** Lets one client work until the time is over. What it has begun it brings to an end. */
export async function work(client: ChaosClient, acts: Acts, untilMs: number, pauseMs: number): Promise<void> {
  const { random } = client;
  const lottery = acts.flatMap(([weight, act]) => range(weight).map(() => act));
  await delay(random.below(500));
  while (Date.now() < untilMs) {
    await random.pick(lottery)(client);
    await delay(random.below(2 * pauseMs));
  }
}
