import { formatLocalDate } from "@calends/time/local-date";
import { zoneOf } from "@calends/time/zone";
import type { PlannedHours } from "./closures.ts";
import type { Range } from "./cut-ranges.ts";
import { gridStarts } from "./grid.ts";
import { spanOf, workSpan } from "./reach.ts";
import { isStale, isWithin, slotAt } from "./slots.ts";
import { isSame, type Busy, type Group, type Host, type Limit, type SlotRules, type World } from "./world.ts";

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

/** What is checked first is told first; what comes from synchronized calendars is checked where STALE_CALENDAR is. */
const order: readonly RefusalReason[] = [
  ...(["SLOT_TAKEN", "CALENDAR_BUSY", "BUFFER", "TRAVEL"] as const),
  ...(["HOLIDAY", "VACATION", "BREAK", "OUTSIDE_HOURS", "OUTSIDE_TYPE_HOURS", "OFF_GRID"] as const),
  ...(["NOTICE", "HORIZON", "DAILY_LIMIT", "WEEKLY_LIMIT", "MONTHLY_LIMIT"] as const),
  ...(["STALE_CALENDAR", "HOST_GROUP_SHORT"] as const),
];

/**
 * Everything that speaks against a start, in the order of checks: free, hours, notice and horizon, limits, synchronized
 * calendars. Empty exactly where {@link slotAt} finds a slot: a start that nothing speaks against and that is none, as
 * one at which an open session is of another length, is refused as off the grid.
 */
export function refusalsAt(world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  if (slotAt(world, rules, meeting.startMs, meeting.durationMs) !== undefined) {
    return [];
  }
  const found = ofEverybody(world, rules, meeting);
  if (world.sessions.some(({ startMs }) => startMs === meeting.startMs)) {
    found.push(...world.groups.filter(isStale).flatMap(({ hosts }) => hosts.flatMap(staleRefusals)));
  } else {
    found.push(...gridRefusals(world, rules, meeting));
    found.push(...world.groups.flatMap((group) => groupRefusals(group, world, rules, meeting)));
  }
  return found.length > 0 ? found.toSorted((a, b) => rank(a) - rank(b)) : [refusal("OFF_GRID")];
}

function rank({ recordKind, reason }: Refusal): number {
  return order.indexOf(recordKind === "external" ? "STALE_CALENDAR" : reason);
}

/** A reason against a start; of every calendar and no record where none is named. */
export function refusal(
  reason: RefusalReason,
  calendarId = "",
  record: { readonly kind: string; readonly id: string } | null = null,
  figures: Readonly<Record<string, string>> = {},
): Refusal {
  return { reason, calendarId, recordKind: record?.kind ?? "", recordId: record?.id ?? "", figures };
}

/** What keeps a group from having as many calendars as it needs; nothing where it has. */
function groupRefusals({ hosts, need }: Group, world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const ofHosts = hosts.map((host) => hostRefusals(host, world, rules, meeting));
  const have = ofHosts.filter((refusals) => refusals.length === 0).length;
  if (have >= need) {
    return [];
  }
  const short = refusal("HOST_GROUP_SHORT", "", null, { need: String(need), have: String(have) });
  return hosts.length === 1 ? ofHosts.flat() : [...ofHosts.flat(), short];
}

/** Everything that keeps one calendar from a meeting, wherever the grid is. */
export function hostRefusals(host: Host, world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const ofBusy = host.busy.flatMap((record) => busyRefusal(record, host, world, rules, meeting));
  return [...ofBusy, ...hoursRefusals(host, rules, meeting), ...staleRefusals(host)];
}

function staleRefusals({ calendarId, stale }: Host): Refusal[] {
  if (stale === null) {
    return [];
  }
  const minutes = { lag_minutes: String(Math.floor(stale.lagMs / 60_000)) };
  return [refusal("STALE_CALENDAR", calendarId, { kind: "external", id: stale.source }, minutes)];
}

function busyRefusal(record: Busy, host: Host, world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const { calendarId } = host;
  const about = { kind: record.source, id: record.sourceId };
  const { fromMs, toMs } = workSpan(rules, meeting);
  const [bufferFrom, bufferTo] = [fromMs - rules.bufferBeforeMs, toMs + rules.bufferAfterMs];
  const isBefore = record.endMs <= fromMs;
  if (overlaps(record, fromMs, toMs) || isInTakenOpening(record, host, rules, meeting)) {
    const reason = record.source === "booking" ? "SLOT_TAKEN" : "CALENDAR_BUSY";
    return [refusal(reason, calendarId, about, connectionFigures(record, world.nowMs))];
  }
  if (overlaps(record, bufferFrom, bufferTo)) {
    const ms = isBefore ? rules.bufferBeforeMs : rules.bufferAfterMs;
    return [refusal("BUFFER", calendarId, about, { minutes: String(ms / 60_000) })];
  }
  if (overlaps(spanOf(record, world.travel, rules), bufferFrom, bufferTo)) {
    const ms = isBefore ? world.travel(record.place, rules.place) : world.travel(rules.place, record.place);
    return [refusal("TRAVEL", calendarId, about, { minutes: String(Math.ceil(ms / 60_000)) })];
  }
  return [];
}

/** Of an external event the connection that it comes through, and how many minutes ago that was last known to be complete. */
function connectionFigures({ connection }: Busy, nowMs: number): Refusal["figures"] {
  return connection === undefined
    ? {}
    : { connection: connection.id, age: String(Math.max(0, Math.floor((nowMs - connection.lastGoodMs) / 60_000))) };
}

/** An opening that is booked as a whole is gone with any part of it, unless another is left in which the meeting fits. */
function isInTakenOpening(record: Busy, host: Host, rules: SlotRules, meeting: Meeting): boolean {
  return host.openings.some(({ ranges, free, busy }) => {
    const openings = ranges.filter((range) => isOpening(range, rules, meeting));
    const isIn = openings.some(({ startMs, endMs }) => overlaps(record, startMs, endMs));
    return isIn && busy.some((one) => isSame(one, record)) && !free.some((range) => openings.includes(range));
  });
}

function isOpening({ startMs, endMs }: Range, rules: SlotRules, meeting: Meeting): boolean {
  const { fromMs, toMs } = workSpan(rules, meeting);
  return startMs === fromMs && endMs >= toMs;
}

function hoursRefusals(host: Host, rules: SlotRules, meeting: Meeting): Refusal[] {
  const { calendarId, hours, openings } = host;
  const { fromMs, toMs } = workSpan(rules, meeting);
  if (isInside(hours, fromMs, toMs)) {
    const begins = openings.every(({ ranges }) => ranges.some((range) => isOpening(range, rules, meeting)));
    return begins ? [] : [refusal("OFF_GRID", calendarId)];
  }
  const { closed, isPlanned } = closedIn(host.planned(), fromMs, toMs);
  const refusals = closed.map((record) => refusal(closureReasons[record.kind], calendarId, record));
  return isPlanned ? refusals : [...refusals, refusal("OUTSIDE_HOURS", calendarId)];
}

/** What takes hours away of a span, each once, and whether the span would be inside of the hours without all of that. */
function closedIn({ hours, lost }: PlannedHours, fromMs: number, toMs: number) {
  const closed = lost.filter((closure) => overlaps(closure, fromMs, toMs));
  const records = new Map(closed.map(({ source, name }) => [`${source} ${name}`, { kind: source, id: name }]));
  return { closed: [...records.values()], isPlanned: isInside(hours, fromMs, toMs) };
}

const closureReasons = {
  holiday: "HOLIDAY",
  vacation: "VACATION",
  break: "BREAK",
  date_override: "OUTSIDE_HOURS",
} as const;

/** The type's own hours, and the grid where enough of everybody have hours. */
function gridRefusals(world: World, rules: SlotRules, meeting: Meeting): Refusal[] {
  const { fromMs, toMs } = workSpan(rules, meeting);
  if (world.typeHours !== null && !isInside(world.typeHours.hours, fromMs, toMs)) {
    const { closed, isPlanned } = closedIn(world.typeHours.planned(), fromMs, toMs);
    const refusals = closed.map((record) => refusal("OUTSIDE_TYPE_HOURS", "", record));
    return isPlanned ? refusals : [...refusals, refusal("OUTSIDE_TYPE_HOURS")];
  }
  const isEnough = ({ hosts, need }: Group) =>
    hosts.filter((host) => hoursRefusals(host, rules, meeting).length === 0).length >= need;
  const starts = gridStarts(world, rules, meeting.startMs, meeting.startMs);
  return world.groups.every(isEnough) && starts.length === 0 ? [refusal("OFF_GRID")] : [];
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
    found.push(refusal(limit.reason, "", null, limitFigures(limit)));
  }
  return found;
}

/** A limit, and the first local date of the day, week or month in which it is reached. */
function limitFigures({ startMs, timeZone, limit }: Limit): Refusal["figures"] {
  const span = formatLocalDate(startMs + zoneOf(timeZone).offsetAt(startMs));
  return { zone: timeZone, span, limit: String(limit), count: String(limit) };
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
