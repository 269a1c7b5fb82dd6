import { memberOf } from "@calends/kit/call";
import { notFound } from "@calends/kit/domain-error";
import type { TimeRange } from "@calends/contracts/calends/type/v1/time_range_pb";
import { CalendarTimeFilter, type CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import type { HandlerContext } from "@connectrpc/connect";
import type { TimeKind } from "../../domain/time-record.ts";
import { findCalendarHeads } from "../../store/calendar-heads.ts";
import { listTimes, readTime, type TimeFilter } from "../../store/time-reads.ts";
import { fromRange } from "../convert.ts";
import type { Deps } from "../deps.ts";
import { toTimeMessage } from "./convert-time.ts";

/** What is listed. */
export interface ListFields {
  readonly calendarIds: readonly string[];
  readonly range?: TimeRange | undefined;
  readonly reason: string;
  readonly filter: CalendarTimeFilter;
  readonly pageSize: number;
  readonly pageToken: string;
}

const defaultPageSize = 100;
/** Records of any age can be listed. */
const maxRangeDays = 4_000_000;

const filters: Readonly<Record<CalendarTimeFilter, TimeFilter["which"]>> = {
  [CalendarTimeFilter.UNSPECIFIED]: "all",
  [CalendarTimeFilter.MASTERS]: "masters",
  [CalendarTimeFilter.OCCURRENCES]: "occurrences",
  [CalendarTimeFilter.RECURRING]: "recurring",
  [CalendarTimeFilter.NON_RECURRING]: "non_recurring",
};

/** Reads one record. */
export async function get({ store }: Deps, kind: TimeKind, context: HandlerContext, id: string): Promise<CalendarTime> {
  const { organizationId } = memberOf(context);
  return toTimeMessage(await readTime(store.db, organizationId, kind, id));
}

/** Reads a page of records. */
export async function list(
  { store }: Deps,
  kind: TimeKind,
  context: HandlerContext,
  fields: ListFields,
): Promise<{ times: CalendarTime[]; nextPageToken: string }> {
  const { organizationId } = memberOf(context);
  const { range, reason, filter, pageSize, pageToken } = fields;
  const window = range === undefined ? null : fromRange(range, "range", maxRangeDays);
  const calendarIds = [...new Set(fields.calendarIds)];
  const bundles = await findBundles(store.db, organizationId, calendarIds);
  const wanted = { kind, calendarIds, bundles, window, reason, which: filters[filter] ?? "all" };
  const page = await listTimes(store.db, organizationId, wanted, pageSize || defaultPageSize, pageToken);
  return { times: page.times.map(toTimeMessage), nextPageToken: page.nextPageToken };
}

/** The bundles among calendars. Throws "not found" where one is missing. */
async function findBundles(
  db: Deps["store"]["db"],
  organizationId: string,
  ids: readonly string[],
): Promise<TimeFilter["bundles"]> {
  if (ids.length === 0) {
    return [];
  }
  const found = await findCalendarHeads(db, organizationId, ids);
  if (ids.some((id) => !found.has(id))) {
    throw notFound("Calendar");
  }
  return ids.flatMap((id) => (found.get(id)?.memberIds ?? []).slice(0, 1).map((primaryId) => ({ id, primaryId })));
}
