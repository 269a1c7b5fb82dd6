import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  ConflictPolicy as PolicyMessage,
  type SeriesTerms,
} from "@calends/contracts/calends/booking/v1/recurring_booking_service_pb";
import type { Occurrence } from "@calends/contracts/calends/recurrence/v1/series_pb";
import type { SeriesPattern } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { Member } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { HandlerContext } from "@connectrpc/connect";
import { chooseDuration, refuseInactive, type AppointmentType } from "../../domain/appointment-type.ts";
import { missingEntitlement } from "../../domain/errors.ts";
import type { ConflictPolicy } from "../../domain/recurring.ts";
import { readType } from "../../store/appointment-types.ts";
import type { RecurringDeps } from "./deps.ts";

const policies: Readonly<Record<PolicyMessage, ConflictPolicy>> = {
  [PolicyMessage.UNSPECIFIED]: "placeholder",
  [PolicyMessage.FAIL]: "fail",
  [PolicyMessage.SKIP_WITH_PLACEHOLDER]: "placeholder",
  [PolicyMessage.NEAREST]: "nearest",
  [PolicyMessage.OTHER_HOST]: "other_host",
};

const wholeDayMs = 86_400_000;
const mostDates = 400;

/** What a series would be made by, with what its pattern plans first. */
export interface CheckedTerms {
  readonly type: AppointmentType;
  readonly pattern: SeriesPattern;
  readonly policy: ConflictPolicy;
  readonly nearestWithinMs: number;
  readonly hostCalendarId: string | null;
  readonly maxAdvanceDays: number;
  readonly maxLengthMonths: number;
  readonly occurrences: readonly Occurrence[];
}

/** Whether a caller is one of the staff, whose series may be of any length. */
export function isStaff({ scopes }: Pick<Member, "scopes">): boolean {
  return scopes.has("bookings:write");
}

/** Checks terms and asks what they would plan. Throws where no series can be made by them. */
export async function checkTerms(
  { store, recurrence }: RecurringDeps,
  message: SeriesTerms | undefined,
  caller: Member,
  context: HandlerContext,
): Promise<CheckedTerms> {
  const terms = must(message, "terms");
  const { organizationId, subject } = caller;
  const type = await readType(store.db, organizationId, terms.appointmentTypeId);
  refuseInactive(type);
  refuseGroup(type);
  refuseUnentitled(type, caller);
  const pattern = must(terms.pattern, "pattern");
  chooseDuration(type.fields, durationMs(must(pattern.duration, "duration")), "terms.pattern.duration");
  const { maxAdvanceDays } = terms;
  const maxLengthMonths = isStaff(caller) ? 0 : type.fields.maxSeriesMonths;
  const request = { pattern, maxAdvanceDays, maxLengthMonths };
  const occurrences = await recurrence.preview({ organizationId, subject, context }, request);
  if (occurrences.length > mostDates) {
    throw invalidField("terms.pattern", `a series has at most ${mostDates} dates in its first horizon`);
  }
  const policy = must(policies[terms.policy], "policy");
  const nearestWithinMs = terms.nearestWithin === undefined ? wholeDayMs : durationMs(terms.nearestWithin);
  return {
    type,
    pattern,
    policy,
    nearestWithinMs,
    maxAdvanceDays,
    maxLengthMonths,
    occurrences,
    hostCalendarId: askedHostOf(type, terms),
  };
}

/** Throws MISSING_ENTITLEMENT where the type names one that the caller does not have. */
function refuseUnentitled({ fields }: AppointmentType, { scopes }: Pick<Member, "scopes">): void {
  const { seriesEntitlement } = fields;
  if (seriesEntitlement !== "" && !scopes.has(`entitlement:${seriesEntitlement}`)) {
    throw missingEntitlement(seriesEntitlement);
  }
}

function refuseGroup({ fields }: AppointmentType): void {
  if (fields.category === "group") {
    throw invalidField("terms.appointment_type_id", "seats of a group are not booked as a series");
  }
}

function askedHostOf({ fields }: AppointmentType, { hostCalendarId }: SeriesTerms): string | null {
  if (hostCalendarId === "") {
    return null;
  }
  if (fields.category !== "round_robin" || !fields.hosts.some(({ calendarId }) => calendarId === hostCalendarId)) {
    throw invalidField("terms.host_calendar_id", "the type is not round robin, or has no such host");
  }
  return hostCalendarId;
}
