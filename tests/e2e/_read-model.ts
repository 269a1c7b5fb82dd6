import { ReadModelService, type Repairs } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import { must } from "@calends/kit/must";
import { expect } from "vitest";
import { bookAt, type Bookable } from "./_bookable.ts";
import type { TestConstellation } from "./_constellation.ts";
import { readModel, truth, untilTrue } from "./_truth.ts";
import { dayAhead, query, range } from "./_util.ts";

const hourMs = 3_600_000;
const atOnce = 50;

/** Nothing that was repaired. */
export const nothing = { missing: 0, extra: 0, wrong: 0 };

/** Runs one statement in availability's database. */
export function inAvailability(sky: TestConstellation, sql: string, values: unknown[] = []) {
  return query(sky.databaseUrl("availability"), sql, values);
}

/** Books so many hours of the bookable's calendar, from so many days ahead on, and waits for the read model. */
export async function bookHours(
  sky: TestConstellation,
  bookable: Bookable,
  count: number,
  days: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (const first of range(Math.ceil(count / atOnce)).map((batch) => batch * atOnce)) {
    const hours = range(Math.min(atOnce, count - first)).map((i) => first + i);
    const made = hours.map((i) => bookAt(sky, bookable, dayAhead(days) + i * hourMs, `g${i}`));
    ids.push(...(await Promise.all(made)).map(({ id }) => id));
  }
  await untilTrue(sky);
  return ids;
}

/** Looks for drift of the bookable's organization: how many calendars differed, and what was repaired. */
export async function check(sky: TestConstellation, { organizationId }: Bookable) {
  const answer = await sky.client(ReadModelService, organizationId).checkDrift({});
  return { differed: Number(answer.calendarsDiffered), ...numbersOf(answer.repairs) };
}

/** Rebuilds the read model of the bookable's organization: how many bookings were read, and what was repaired. */
export async function rebuild(sky: TestConstellation, { organizationId }: Bookable) {
  const { bookings, repairs } = await sky.client(ReadModelService, organizationId).rebuild({});
  return { bookings: Number(bookings), ...numbersOf(repairs) };
}

function numbersOf(message: Repairs | undefined) {
  const { missing, extra, wrong } = must(message, "repairs");
  return { missing: Number(missing), extra: Number(extra), wrong: Number(wrong) };
}

/** What availability's metric has counted so far. */
export async function counted(sky: TestConstellation): Promise<Record<string, number>> {
  const service = sky.services.find(({ name }) => name === "availability");
  const { metricsPort } = must(service, "availability");
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const lines = text.matchAll(/^calends_read_model_drift_total\{(.*)\} (\d+)$/gm);
  const counts = [...lines].map(([, labels = "", n]) => [/kind="(\w+)"/.exec(labels)?.[1] ?? labels, Number(n)]);
  return { ...nothing, ...Object.fromEntries(counts) };
}

/** What the metric has counted since. */
export async function countedSince(sky: TestConstellation, before: Record<string, number>) {
  const now = Object.entries(await counted(sky));
  return Object.fromEntries(now.map(([kind, n]) => [kind, n - (before[kind] ?? 0)]));
}

/** Expects the read model to have what booking has, row by row and in checksums. */
export async function expectEqual(sky: TestConstellation, bookable: Bookable): Promise<void> {
  expect(await readModel(sky)).toEqual(await truth(sky));
  expect(await check(sky, bookable)).toEqual({ differed: 0, ...nothing });
}
