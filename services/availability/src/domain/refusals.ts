import { gridStarts } from "./grid.ts";
import { spanOf } from "./reach.ts";
import { isWithin, slotAt } from "./slots.ts";
import type { Busy, Group, Host, SlotRules, World } from "./world.ts";

/** Why a start cannot be booked; all but DST_GAP, which speaks of local times. */
export type RefusalReason =
  | "SLOT_TAKEN"
  | "CALENDAR_BUSY"
  | "BUFFER"
  | "TRAVEL"
  | "HOLIDAY"
  | "VACATION"
  | "BREAK"
  | "OUTSIDE_HOURS"
  | "OUTSIDE_TYPE_HOURS"
  | "OFF_GRID"
  | "NOTICE"
  | "HORIZON"
  | "DAILY_LIMIT"
  | "WEEKLY_LIMIT"
  | "MONTHLY_LIMIT"
  | "STALE_CALENDAR"
  | "HOST_GROUP_SHORT";

/** One reason against a start, with the record at fault where a record is. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** The calendar it speaks of; empty where it holds for all. */
  readonly calendarId: string;
  readonly recordKind: string;
  readonly recordId: string;
  readonly figures: Readonly<Record<string, string>>;
}

/** A meeting of a length at a start. */
export interface Meeting {
  readonly startMs: number;
  readonly durationMs: number;
}

/**
 * Everything that speaks against a start, in the order of checks: free, hours, notice and horizon, limits, synchronized
 * calendars. Empty exactly where {@link slotAt} finds a slot: a start that nothing speaks against and that is none would be
 * a contradiction, and is refused as off the grid.
 */
export function refusalsAt(world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  if (slotAt(world, rules, meeting.startMs, meeting.durationMs) !== undefined) {
    return [];
  }
  const ofAll = ofEverybody(world, rules, meeting);
  if (world.sessions.some(({ startMs }) => startMs === meeting.startMs)) {
    return ofAll;
  }
  const short = world.groups.map((group) => shortage(group, world, rules, meeting)).filter((found) => found !== null);
  const ofHosts = short.flatMap(({ refusals }) => refusals);
  const found = [
    ...ofHosts.filter(isOwn),
    ...gridRefusals(world, rules, meeting),
    ...ofAll,
    ...ofHosts.filter((refusal) => !isOwn(refusal)),
    ...short.flatMap(({ short: refusal }) => (refusal === null ? [] : [refusal])),
  ];
  return found.length > 0 ? found : [refusal("OFF_GRID")];
}

/** Makes a refusal. */
export function refusal(
  reason: RefusalReason,
  calendarId = "",
  record: { readonly kind: string; readonly id: string } | null = null,
  figures: Readonly<Record<string, string>> = {},
): Refusal {
  return { reason, calendarId, recordKind: record?.kind ?? "", recordId: record?.id ?? "", figures };
}

/** Whether it comes from the organization's own records, and not from a synchronized calendar, which are checked last. */
function isOwn({ recordKind, reason }: Refusal): boolean {
  return recordKind !== "external" && reason !== "STALE_CALENDAR";
}

interface Shortage {
  readonly refusals: readonly Refusal[];
  /** Set where some of the group's calendars would be enough. */
  readonly short: Refusal | null;
}

/** What keeps a group from having as many calendars as it needs; null where it has. */
function shortage({ hosts, need }: Group, world: World, rules: SlotRules, meeting: Meeting): Shortage | null {
  const ofHosts = hosts.map((host) => hostRefusals(host, world, rules, meeting));
  const have = ofHosts.filter((refusals) => refusals.length === 0).length;
  if (have >= need) {
    return null;
  }
  const figures = { need: String(need), have: String(have) };
  return {
    refusals: ofHosts.flat(),
    short: hosts.length === 1 ? null : refusal("HOST_GROUP_SHORT", "", null, figures),
  };
}

/** Everything that keeps one calendar from a meeting, wherever the grid is. */
export function hostRefusals(host: Host, world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const { calendarId, stale } = host;
  const found = host.busy.flatMap((record) => busyRefusal(record, host, world, rules, meeting));
  found.push(...hoursRefusals(host, rules, meeting));
  if (stale !== null) {
    const minutes = { lag_minutes: String(Math.floor(stale.lagMs / 60_000)) };
    found.push(refusal("STALE_CALENDAR", calendarId, { kind: "external", id: stale.source }, minutes));
  }
  return found;
}

function busyRefusal(record: Busy, host: Host, world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const { calendarId } = host;
  const about = { kind: record.source, id: record.sourceId };
  const from = meeting.startMs - rules.setUpMs;
  const to = meeting.startMs + meeting.durationMs + rules.cleanUpMs;
  if (overlaps(record, from, to)) {
    return [refusal(record.source === "booking" ? "SLOT_TAKEN" : "CALENDAR_BUSY", calendarId, about)];
  }
  if (overlaps(record, from - rules.bufferBeforeMs, to + rules.bufferAfterMs)) {
    const minutes = record.endMs <= from ? rules.bufferBeforeMs : rules.bufferAfterMs;
    return [refusal("BUFFER", calendarId, about, { minutes: String(minutes / 60_000) })];
  }
  if (overlaps(spanOf(record, world.travel, rules), from - rules.bufferBeforeMs, to + rules.bufferAfterMs)) {
    const away = record.endMs <= from;
    const ms = away ? world.travel(record.place, rules.place) : world.travel(rules.place, record.place);
    return [refusal("TRAVEL", calendarId, about, { minutes: String(Math.ceil(ms / 60_000)) })];
  }
  return wholeRefusal(record, host, rules, meeting);
}

/** A range that is booked as a whole is gone with any part of it. */
function wholeRefusal(
  record: Busy,
  { whole, ranges, calendarId }: Host,
  rules: SlotRules,
  meeting: Meeting,
): Refusal[] {
  const range = whole ? ranges.find(({ startMs }) => startMs === meeting.startMs - rules.setUpMs) : undefined;
  if (range === undefined || !overlaps(record, range.startMs, range.endMs)) {
    return [];
  }
  const reason = record.source === "booking" ? "SLOT_TAKEN" : "CALENDAR_BUSY";
  return [refusal(reason, calendarId, { kind: record.source, id: record.sourceId })];
}

function hoursRefusals(
  { calendarId, closures, hours, whole, ranges }: Host,
  rules: SlotRules,
  meeting: Meeting,
): Refusal[] {
  const from = meeting.startMs - rules.setUpMs;
  const to = meeting.startMs + meeting.durationMs + rules.cleanUpMs;
  if (isInside(hours, from, to)) {
    const isBeginning = !whole || ranges.some(({ startMs, endMs }) => startMs === from && endMs >= to);
    return isBeginning ? [] : [refusal("OFF_GRID", calendarId)];
  }
  const closed = closures.filter((closure) => overlaps(closure, from, to));
  return closed.length === 0
    ? [refusal("OUTSIDE_HOURS", calendarId)]
    : closed.map(({ source, name }) => refusal(closureReasons[source], calendarId, { kind: source, id: name }));
}

const closureReasons = { holiday: "HOLIDAY", vacation: "VACATION", break: "BREAK" } as const;

/** The type's own hours, and the grid where everybody has hours. */
function gridRefusals(world: World, rules: SlotRules, { startMs, durationMs }: Meeting): Refusal[] {
  const { typeHours } = world;
  if (
    typeHours !== null &&
    !isInside(typeHours.hours, startMs - rules.setUpMs, startMs + durationMs + rules.cleanUpMs)
  ) {
    return [refusal("OUTSIDE_TYPE_HOURS")];
  }
  const enough = world.groups.every(({ hosts, need }) => {
    const open = hosts.filter((host) => hoursRefusals(host, rules, { startMs, durationMs }).length === 0);
    return open.length >= need;
  });
  return enough && gridStarts(world, rules, startMs, startMs).length === 0 ? [refusal("OFF_GRID")] : [];
}

/** Notice, horizon and limits. */
function ofEverybody({ nowMs, limits }: World, rules: SlotRules, { startMs }: Meeting): Refusal[] {
  const found: Refusal[] = [];
  if (startMs < nowMs + rules.minNoticeMs) {
    found.push(refusal("NOTICE", "", null, { minutes: String(rules.minNoticeMs / 60_000) }));
  }
  if (startMs > nowMs + rules.horizonMs) {
    found.push(refusal("HORIZON", "", null, { days: String(rules.horizonMs / 86_400_000) }));
  }
  for (const limit of limits.filter((candidate) => isWithin(candidate, startMs))) {
    found.push(refusal(limit.reason, "", null, { zone: limit.timeZone, limit: String(limit.limit) }));
  }
  return found;
}

function overlaps({ startMs, endMs }: { startMs: number; endMs: number }, from: number, to: number): boolean {
  return startMs < to && endMs > from;
}

function isInside(hours: Float64Array, from: number, to: number): boolean {
  for (let at = 0; at < hours.length; at += 2) {
    if ((hours[at] ?? 0) <= from && (hours[at + 1] ?? 0) >= to) {
      return true;
    }
  }
  return false;
}
