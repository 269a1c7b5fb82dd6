import { must } from "@calends/kit/must";
import { bundleHost } from "../domain/bundle.ts";
import type { Freshness } from "../domain/freshness.ts";
import { createHost, type Busy, type Host, type Span, type Staleness } from "../domain/world.ts";
import { readSlotCalendars, type SlotCalendar } from "../store/slot-reads.ts";
import { readCalendarTime, type CalendarTime } from "./calendar-time.ts";
import type { Deps } from "./deps.ts";

/** A calendar around a span, with the records behind it. */
export interface KnownHost extends Host {
  readonly time: CalendarTime;
  /** Whether it is a bundle, whose hours are those of its members together. */
  readonly bundle: boolean;
}

/** What of the records is left out, and which calendars count as out of date. */
export interface Adjustment {
  /** A booking that is disregarded; empty for none. */
  readonly ignoreBookingId: string;
  readonly staleOf: (calendarId: string) => Staleness | null;
}

const asTheyAre: Adjustment = { ignoreBookingId: "", staleOf: () => null };

/** Reads calendars around a span, bundles as one of their members. */
export async function readHosts(
  deps: Deps,
  organizationId: string,
  calendars: ReadonlyMap<string, SlotCalendar>,
  span: Span,
  { ignoreBookingId, staleOf } = asTheyAre,
): Promise<ReadonlyMap<string, KnownHost>> {
  const times = await readCalendarTime(deps, organizationId, [...calendars.values()], span);
  const counts = ({ sourceId }: Host["busy"][number]) => sourceId !== ignoreBookingId;
  const single = (calendarId: string): KnownHost => {
    const time = must(times.get(calendarId), "time of the calendar");
    const counting = ignoreBookingId === "" ? time.busy : time.busy.filter(counts);
    const busy = withConnection(counting, calendars.get(calendarId)?.freshness ?? []);
    return { ...createHost({ ...time, calendarId, busy, stale: staleOf(calendarId) }), time, bundle: false };
  };
  const hostOf = ({ id, memberIds }: SlotCalendar): KnownHost => {
    const own = single(id);
    return memberIds.length === 0 ? own : bundleOf(own, memberIds.map(single));
  };
  return new Map([...calendars].map(([id, calendar]) => [id, hostOf(calendar)]));
}

/** Says of external events where they come from; of a calendar with several connections nobody knows. */
function withConnection(busy: readonly Busy[], freshness: readonly Freshness[]): readonly Busy[] {
  const [only, ...others] = freshness;
  if (only === undefined || others.length > 0) {
    return busy;
  }
  const connection = { id: only.connectionId, lastGoodMs: only.lastGoodMs };
  return busy.map((one) => (one.source === "external" ? { ...one, connection } : one));
}

/** A bundle's own profile narrows its members' hours; without one it has no say in them. */
function bundleOf(own: KnownHost, members: readonly KnownHost[]): KnownHost {
  const blocked = [own, ...members].flatMap(({ time }) => time.blocked);
  const [parts, withoutHours] = own.time.hasHours ? [[...members, own], []] : [members, [own]];
  return { ...bundleHost(own.calendarId, parts, withoutHours), time: { ...own.time, blocked }, bundle: true };
}

/** Reads one calendar around a span. Throws "not found" without it. */
export async function readHost(deps: Deps, organizationId: string, calendarId: string, span: Span): Promise<KnownHost> {
  const calendars = await readSlotCalendars(deps.store.pool, organizationId, [calendarId], span);
  const hosts = await readHosts(deps, organizationId, calendars, span);
  return must(hosts.get(calendarId), "calendar");
}
