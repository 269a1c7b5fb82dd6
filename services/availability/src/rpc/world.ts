import { FreshnessPolicy } from "@calends/contracts/calends/availability/v1/slots_pb";
import { hoursOf } from "../domain/cut-ranges.ts";
import type { Span, World } from "../domain/world.ts";
import { stalenessOf, type Freshness } from "../domain/freshness.ts";
import { createTravelTime, noTravel } from "../domain/travel.ts";
import { readSlotCalendars, type SlotCalendar } from "../store/slot-reads.ts";
import { readTravel } from "../store/travel-times.ts";
import type { SlotQuestion } from "./convert-query.ts";
import type { Deps } from "./deps.ts";
import { readHosts } from "./hosts.ts";

/** What is known when a question is answered. */
export interface Known {
  readonly world: World;
  readonly freshness: readonly Freshness[];
  readonly calendars: ReadonlyMap<string, SlotCalendar>;
}

/** Whether slots are listed, or one is about to be booked: calendars out of date may be listed and refused then. */
export type Purpose = "list" | "book";

/**
 * Reads what is known of the calendars around [fromMs, toMs): wide enough that a start's answer does not depend on the
 * range it was asked in. Throws "not found" where a calendar is missing.
 */
export async function readWorld(
  deps: Deps,
  organizationId: string,
  question: SlotQuestion,
  span: Span,
  purpose: Purpose,
): Promise<Known> {
  const { store, clock } = deps;
  const asked = [...new Set(question.groups.flatMap(({ calendarIds }) => calendarIds))];
  const wide = around(question, span);
  const calendars = await readSlotCalendars(store.pool, organizationId, asked, wide);
  const freshness = [...calendars.values()].flatMap((calendar) => calendar.freshness);
  const travel = question.rules.place === "" ? noTravel : await readTravel(store.db, organizationId);
  const nowMs = clock.now().getTime();
  const counts = countsStaleness(question, purpose);
  const adjustment = {
    ignoreBookingId: question.ignoreBookingId,
    staleOf: (calendarId: string) =>
      counts ? stalenessOf(calendarId, freshness, question.freshness.maxStalenessMs, nowMs) : null,
  };
  const hosts = await readHosts(deps, organizationId, calendars, wide, adjustment);
  const typeHours = question.typeSchedule === null ? null : deps.schedules.once(question.typeSchedule, wide);
  const world: World = {
    nowMs,
    groups: question.groups.map(({ calendarIds, need }) => ({
      need,
      hosts: calendarIds.flatMap((id) => hosts.get(id) ?? []),
    })),
    typeHours: typeHours === null ? null : { ...typeHours, hours: hoursOf(typeHours.ranges) },
    limits: question.limits,
    sessions: question.sessions,
    travel: createTravelTime(travel),
  };
  return { world, freshness, calendars };
}

/** Everything that a meeting which starts in the range may touch. */
function around({ rules }: SlotQuestion, { fromMs, toMs }: Span): Span {
  const dayMs = 86_400_000;
  const travelMs = rules.place === "" ? 0 : dayMs;
  const before = rules.setUpMs + rules.bufferBeforeMs + travelMs;
  const after = Math.max(...rules.durationsMs) + rules.cleanUpMs + rules.bufferAfterMs + travelMs;
  // The years 1 to 9999: what requests may name, and all that the database reads as plain dates.
  return { fromMs: Math.max(fromMs - before, -62_135_596_800_000), toMs: Math.min(toMs + after, 253_402_300_799_999) };
}

/** Whether calendars that are out of date cannot be booked. */
function countsStaleness({ freshness: { policy } }: SlotQuestion, purpose: Purpose): boolean {
  return policy === FreshnessPolicy.STRICT || (policy === FreshnessPolicy.VERIFY_ON_BOOK && purpose === "book");
}
