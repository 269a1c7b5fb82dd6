import { create } from "@bufbuild/protobuf";
import { timestampDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  PlannedBookingSchema,
  type PlannedBooking,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import { OccurrenceOutcome, type Occurrence } from "@calends/contracts/calends/recurrence/v1/series_pb";
import type { DomainError } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import { SlotRefused } from "../../availability.ts";
import { slotTaken } from "../../domain/errors.ts";
import { onDate } from "../../series/refusal.ts";
import { hostOf, onOneHost, placesOf, type Place, type PlaceDeps, type PlaceTerms } from "../../series/places.ts";
import type { CheckedTerms } from "./terms.ts";

/** What would become of a date. */
export interface DatePlan {
  readonly occurrence: Occurrence;
  /** Absent where there is none. */
  readonly place: Place | undefined;
  /** Why the date itself cannot be booked; absent where it can. */
  readonly refusal: DomainError | undefined;
}

/**
 * Says of each date what would become of it, one after the other: a date is not put where an earlier one would be, and the
 * earlier ones count towards the type's limits.
 */
export async function planDates(
  deps: PlaceDeps,
  organizationId: string,
  checked: CheckedTerms,
  context: HandlerContext,
): Promise<DatePlan[]> {
  const { type, policy, nearestWithinMs, pattern } = checked;
  const rules = { organizationId, type, policy, nearestWithinMs, timeZone: pattern.timeZone };
  let { hostCalendarId } = checked;
  const plans: DatePlan[] = [];
  for (const occurrence of checked.occurrences) {
    const planned = plans.flatMap(({ place }) => place ?? []);
    const plan = await planDate(deps, { ...rules, hostCalendarId, planned }, occurrence, context);
    plans.push(plan);
    hostCalendarId ??= plan.place === undefined || type.fields.category !== "round_robin" ? null : hostOf(plan.place);
  }
  return plans;
}

async function planDate(
  deps: PlaceDeps,
  terms: PlaceTerms,
  occurrence: Occurrence,
  context: HandlerContext,
): Promise<DatePlan> {
  const startMs = msOf(occurrence.startTime);
  const span = { startMs, durationMs: msOf(occurrence.endTime) - startMs };
  const refusals: DomainError[] = [];
  const { value: place } = await placesOf(deps, terms, span, refusals, context).next();
  const onHost = place === undefined ? undefined : await onOneHost(deps, terms.organizationId, place);
  return { occurrence, place: onHost, refusal: refusals[0] };
}

/** Throws why the first of these dates cannot be booked that cannot. */
export function refuseConflicts(plans: readonly DatePlan[]): void {
  for (const { occurrence, place, refusal } of plans) {
    if (place === undefined || refusal !== undefined) {
      throw onDate(refusal ?? slotTaken(), timestampDate(must(occurrence.recurrenceId, "recurrence_id")));
    }
  }
}

/** What would become of a date, as a message. */
export function toPlanMessage({ occurrence, place, refusal }: DatePlan, isRoundRobin: boolean): PlannedBooking {
  const { recurrenceId, startTime, endTime } = occurrence;
  const placed =
    place === undefined
      ? { startTime, endTime, outcome: OccurrenceOutcome.CONFLICT }
      : {
          startTime: timestampFromMs(place.startMs),
          endTime: timestampFromMs(place.startMs + place.durationMs),
          outcome: OccurrenceOutcome.BOOKED,
          hostCalendarId: isRoundRobin ? (hostOf(place) ?? "") : "",
        };
  const { reason = "", message = "" } = refusal ?? {};
  const record = refusal instanceof SlotRefused ? refusal.record : {};
  const metadata = { ...refusal?.metadata, ...record };
  return create(PlannedBookingSchema, { recurrenceId, ...placed, reason, message, metadata });
}

function msOf(time: Occurrence["startTime"]): number {
  return timestampDate(must(time, "time")).getTime();
}
