import { clone, toBinary, type Message } from "@bufbuild/protobuf";
import { durationMs, timestampMs, type Duration } from "@bufbuild/protobuf/wkt";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import {
  FreshnessPolicy,
  SlotQuerySchema,
  type SlotQuery,
  type SlotRules as SlotRulesMessage,
} from "@calends/contracts/calends/availability/v1/slots_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { isZone } from "@calends/time/zone";
import type { Meeting } from "../domain/refusals.ts";
import type { Schedule } from "../domain/schedule.ts";
import { endOfTime } from "../domain/slots.ts";
import type { Limit, Session, SlotRules } from "../domain/world.ts";
import type { Schedules } from "../schedules.ts";
import { fromSchedule } from "./convert-profile.ts";
import { fromRange } from "./convert.ts";

/** A question about slots, before anything is read. */
export interface SlotQuestion {
  readonly groups: readonly { readonly calendarIds: readonly string[]; readonly need: number }[];
  readonly rules: SlotRules;
  readonly typeSchedule: Schedule | null;
  readonly limits: readonly Limit[];
  readonly sessions: readonly Session[];
  readonly ignoreBookingId: string;
  readonly freshness: { readonly policy: FreshnessPolicy; readonly maxStalenessMs: number };
}

const minuteMs = 60_000;
/** The proto allows these three. */
const limitReasons: Readonly<Partial<Record<Reason, Limit["reason"]>>> = {
  [Reason.DAILY_LIMIT]: "DAILY_LIMIT",
  [Reason.WEEKLY_LIMIT]: "WEEKLY_LIMIT",
  [Reason.MONTHLY_LIMIT]: "MONTHLY_LIMIT",
};
/** 0001-01-01T00:00:00Z. */
const beginningOfTime = -62_135_596_800_000;
const maxCalendars = 500;
const defaultStalenessMs = 60 * minuteMs;

/**
 * Reads a query that has passed validation. Throws naming the field that breaks a rule which the proto cannot say; `path` is
 * where in the request the query's fields are.
 */
export function fromQuery(message: SlotQuery | undefined, schedules: Schedules, path = "query."): SlotQuestion {
  const query = must(message, "query");
  const rules = must(query.rules, "rules");
  const groups = fromGroups(query.groups, `${path}groups`);
  const typeSchedule = rules.hours === undefined ? null : fromSchedule(rules.hours);
  if (typeSchedule !== null) {
    schedules.validate(typeSchedule, `${path}rules.hours`);
  }
  return {
    groups,
    rules: fromRules(rules, `${path}rules`),
    typeSchedule,
    limits: rules.reachedLimits.map((limit, index) => {
      const field = `${path}rules.reached_limits[${index}]`;
      const { fromMs, toMs } = fromRange(limit.range, `${field}.range`);
      refuseUnknownZone(limit.timeZone, `${field}.time_zone`);
      const reason = limitReasons[limit.reason] ?? "DAILY_LIMIT";
      return { startMs: fromMs, endMs: toMs, reason, timeZone: limit.timeZone, limit: limit.limit };
    }),
    sessions: query.openSessions.map(({ startTime, seatsLeft }) => ({
      startMs: timestampMs(must(startTime, "start_time")),
      seatsLeft,
    })),
    ignoreBookingId: query.ignoreBookingId,
    freshness: {
      policy: query.freshnessPolicy,
      maxStalenessMs: query.maxStaleness === undefined ? defaultStalenessMs : durationMs(query.maxStaleness),
    },
  };
}

/** Reads groups; throws where one needs more than it has, or all have too many. */
export function fromGroups(
  groups: readonly { readonly calendarIds: readonly string[]; readonly need: number }[],
  path: string,
): SlotQuestion["groups"] {
  const count = groups.reduce((sum, { calendarIds }) => sum + calendarIds.length, 0);
  if (count > maxCalendars) {
    throw invalidField(path, `at most ${maxCalendars} calendars in all groups`);
  }
  return groups.map(({ calendarIds, need }, index) => {
    if (need > calendarIds.length) {
      throw invalidField(`${path}[${index}].need`, "a group cannot need more calendars than it has");
    }
    return { calendarIds, need: need === 0 ? calendarIds.length : need };
  });
}

/** Slot rules from a message; absent ones get their defaults. Throws where one is not in whole minutes. */
export function fromRules(rules: SlotRulesMessage, path: string): SlotRules {
  const minutes = (value: Duration | undefined, name: string, absent: number): number => {
    // Milliseconds would round what is left over.
    if (value !== undefined && (value.seconds % 60n !== 0n || value.nanos !== 0)) {
      throw invalidField(`${path}.${name}`, "must be in whole minutes");
    }
    return value === undefined ? absent : durationMs(value);
  };
  const length = minutes(rules.duration, "duration", 0);
  const others = rules.otherDurations.map((value, index) => minutes(value, `other_durations[${index}]`, 0));
  return {
    durationsMs: [...new Set([length, ...others])],
    stepMs: minutes(rules.step, "step", length),
    bufferBeforeMs: minutes(rules.bufferBefore, "buffer_before", 0),
    bufferAfterMs: minutes(rules.bufferAfter, "buffer_after", 0),
    setUpMs: minutes(rules.setUp, "set_up", 0),
    cleanUpMs: minutes(rules.cleanUp, "clean_up", 0),
    minNoticeMs: minutes(rules.minNotice, "min_notice", 0),
    horizonMs: minutes(rules.horizon, "horizon", Number.POSITIVE_INFINITY),
    place: rules.place,
  };
}

/** The length that is asked about: the usual one where none is given. Throws where the rules do not have it. */
export function lengthOf(duration: Duration | undefined, { durationsMs }: SlotRules): number {
  const length = duration === undefined ? must(durationsMs[0], "duration") : durationMs(duration);
  if (!durationsMs.includes(length)) {
    throw invalidField("duration", "not one of the query's durations");
  }
  return length;
}

/** Throws naming the field where a meeting begins or ends outside of the years 1 to 9999, of which alone an answer can tell. */
export function refuseEndless({ startMs, durationMs: lengthMs }: Meeting, field: string): void {
  if (startMs < beginningOfTime || startMs + lengthMs > endOfTime) {
    throw invalidField(field, "the meeting must lie within the years 1 to 9999");
  }
}

/**
 * What of a query a token is bound to. Reached limits and open sessions are left out: they change between listing and
 * booking, and are looked at again then.
 */
export function boundBytes(message: SlotQuery | undefined): Uint8Array {
  const query = clone(SlotQuerySchema, must(message, "query"));
  query.openSessions = [];
  query.ignoreBookingId = "";
  if (query.rules !== undefined) {
    query.rules.reachedLimits = [];
  }
  return toBinary(SlotQuerySchema, query satisfies Message);
}

/** Throws naming the field where a zone is not in the IANA database. */
export function refuseUnknownZone(timeZone: string, field: string): void {
  if (!isZone(timeZone)) {
    throw invalidField(field, `unknown time zone: ${timeZone}`);
  }
}
