import { hostRefusals, refusalsAt, type Meeting, type Refusal, type RefusalReason } from "./refusals.ts";
import type { Host, SlotRules, World } from "./world.ts";

/** What one rule says about a start. */
export interface Verdict {
  readonly reason: RefusalReason;
  /** The calendar it speaks of; empty where it holds for all. */
  readonly calendarId: string;
  /** Null where the rule allows the start. */
  readonly refusal: Refusal | null;
}

const ofHosts = [
  "SLOT_TAKEN",
  "CALENDAR_BUSY",
  "BUFFER",
  "TRAVEL",
  "HOLIDAY",
  "VACATION",
  "BREAK",
  "OUTSIDE_HOURS",
] as const;
const limits = ["DAILY_LIMIT", "WEEKLY_LIMIT", "MONTHLY_LIMIT"] as const;

/** Every rule that applies to a question, in the order of checks, with what it says: refusals first where it has several. */
export function verdictsOf(world: World, rules: SlotRules, refusals: readonly Refusal[]): Verdict[] {
  const verdict = (reason: RefusalReason, calendarId = ""): Verdict[] => {
    const against = refusals.filter((refusal) => refusal.reason === reason && refusal.calendarId === calendarId);
    return against.length === 0
      ? [{ reason, calendarId, refusal: null }]
      : against.map((refusal) => ({ reason, calendarId, refusal }));
  };
  const hosts = hostsOf(world);
  return [
    ...hosts.flatMap(({ calendarId }) => applying(rules).flatMap((reason) => verdict(reason, calendarId))),
    ...(world.typeHours === null ? [] : verdict("OUTSIDE_TYPE_HOURS")),
    ...hosts.flatMap(({ calendarId, openings }) => (openings.length > 0 ? verdict("OFF_GRID", calendarId) : [])),
    ...verdict("OFF_GRID"),
    ...verdict("NOTICE"),
    ...(Number.isFinite(rules.horizonMs) ? verdict("HORIZON") : []),
    ...limits.flatMap((reason) => verdict(reason)),
    ...hosts.flatMap(({ calendarId }) => verdict("STALE_CALENDAR", calendarId)),
    ...(world.groups.some((group) => group.hosts.length > 1) ? verdict("HOST_GROUP_SHORT") : []),
  ];
}

/** All that can be said against a start, also of calendars that are not needed because others of their group are free. */
export function saidAgainst(world: World, rules: SlotRules, meeting: Meeting): readonly Refusal[] {
  const refusals = refusalsAt(world, rules, meeting);
  if (world.sessions.some(({ startMs }) => startMs === meeting.startMs)) {
    return refusals; // A session is made already: no hours, and nothing that its host is busy with, count.
  }
  const ofAll = refusals.filter(({ calendarId }) => calendarId === "");
  return [...hostsOf(world).flatMap((host) => hostRefusals(host, world, rules, meeting)), ...ofAll];
}

/** The calendars of all groups, each once. */
function hostsOf({ groups }: World): readonly Host[] {
  return [...new Map(groups.flatMap(({ hosts }) => hosts).map((host) => [host.calendarId, host])).values()];
}

function applying(rules: SlotRules): readonly RefusalReason[] {
  const buffers = rules.bufferBeforeMs + rules.bufferAfterMs > 0;
  return ofHosts.filter((reason) => (reason !== "BUFFER" || buffers) && (reason !== "TRAVEL" || rules.place !== ""));
}
