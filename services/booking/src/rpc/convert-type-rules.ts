import { fromJson, toJson, type JsonValue } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { ScheduleSchema } from "@calends/contracts/calends/availability/v1/profile_pb";
import { FreshnessPolicy as FreshnessPolicyMessage } from "@calends/contracts/calends/availability/v1/slots_pb";
import {
  RoundRobinStrategy,
  type AppointmentTypeFields,
  type BookingLimit as BookingLimitMessage,
  type ChangePolicy as ChangePolicyMessage,
} from "@calends/contracts/calends/booking/v1/appointment_type_pb";
import {
  freePolicy,
  laterFields,
  type BookingLimit,
  type ChangePolicy,
  type FreshnessPolicy,
  type OpaqueJson,
  type Strategy,
  type TypeFields,
} from "../domain/appointment-type.ts";
import { keyOf, msOf } from "./convert-basics.ts";

/** Strategies as messages. */
export const strategies: Readonly<Record<Strategy, RoundRobinStrategy>> = {
  least_recent: RoundRobinStrategy.LEAST_RECENT,
  weighted: RoundRobinStrategy.WEIGHTED,
  priority: RoundRobinStrategy.PRIORITY,
  load: RoundRobinStrategy.LOAD,
};

const freshnessPolicies: Readonly<Record<FreshnessPolicy, FreshnessPolicyMessage>> = {
  ignore_broken: FreshnessPolicyMessage.IGNORE_BROKEN,
  strict: FreshnessPolicyMessage.STRICT,
  verify_on_book: FreshnessPolicyMessage.VERIFY_ON_BOOK,
};

/** Categories, limits and policies of a type as parts of a message. */
export function toRulesMessage(fields: TypeFields) {
  return {
    setUp: durationFromMs(fields.setUpMs),
    cleanUp: durationFromMs(fields.cleanUpMs),
    hours: fields.hours === null ? undefined : fromJson(ScheduleSchema, fields.hours as JsonValue),
    offerLifetime: durationFromMs(fields.offerLifetimeMs),
    strategy: strategies[fields.strategy],
    bookerPolicy: toPolicyMessage(fields.bookerPolicy),
    staffPolicy: toPolicyMessage(fields.staffPolicy),
    freshnessPolicy: freshnessPolicies[fields.freshnessPolicy],
    requirement:
      fields.requirement === null
        ? undefined
        : { name: fields.requirement.name, timeLimit: durationFromMs(fields.requirement.timeLimitMs) },
  };
}

function toPolicyMessage({ cancelNoticeMs, rescheduleNoticeMs, ...policy }: ChangePolicy) {
  return {
    ...policy,
    cancelNotice: durationFromMs(cancelNoticeMs),
    rescheduleNotice: durationFromMs(rescheduleNoticeMs),
  };
}

function fromPolicy(message: ChangePolicyMessage | undefined): ChangePolicy {
  if (message === undefined) {
    return freePolicy;
  }
  const { maxReschedules, noCancel, noReschedule } = message;
  const notices = { cancelNoticeMs: msOf(message.cancelNotice), rescheduleNoticeMs: msOf(message.rescheduleNotice) };
  return { ...notices, maxReschedules, noCancel, noReschedule };
}

function fromLimit(message: BookingLimitMessage | undefined): BookingLimit {
  return { maxBookings: message?.maxBookings ?? 0, maxMinutes: message?.maxMinutes ?? 0 };
}

/** Categories, limits and policies of a type from a message that has passed validation; absent values have defaults. */
export function fromTypeRules(fields: AppointmentTypeFields) {
  return {
    setUpMs: msOf(fields.setUp),
    cleanUpMs: msOf(fields.cleanUp),
    place: fields.place,
    hours: fields.hours === undefined ? null : (toJson(ScheduleSchema, fields.hours) as OpaqueJson),
    capacity: fields.capacity,
    waitlist: fields.waitlist,
    maxSeatsPerAddress: Math.max(1, fields.maxSeatsPerAddress),
    offerLifetimeMs: fields.offerLifetime === undefined ? laterFields.offerLifetimeMs : msOf(fields.offerLifetime),
    strategy: fields.strategy === RoundRobinStrategy.UNSPECIFIED ? "weighted" : keyOf(strategies, fields.strategy),
    maxMinutesPerDay: fields.maxMinutesPerDay,
    weeklyLimit: fromLimit(fields.weeklyLimit),
    monthlyLimit: fromLimit(fields.monthlyLimit),
    bookerPolicy: fromPolicy(fields.bookerPolicy),
    staffPolicy: fromPolicy(fields.staffPolicy),
    seriesEntitlement: fields.seriesEntitlement,
    maxSeriesMonths: fields.maxSeriesMonths === 0 ? laterFields.maxSeriesMonths : fields.maxSeriesMonths,
    requirement:
      fields.requirement === undefined
        ? null
        : { name: fields.requirement.name, timeLimitMs: msOf(fields.requirement.timeLimit) },
    freshnessPolicy:
      fields.freshnessPolicy === FreshnessPolicyMessage.UNSPECIFIED
        ? ("ignore_broken" as const)
        : keyOf(freshnessPolicies, fields.freshnessPolicy),
  };
}
