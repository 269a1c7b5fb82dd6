import type { CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField, notFound } from "@calends/kit/domain-error";
import { parseUuid } from "@calends/kit/ids";
import type { HandlerContext } from "@connectrpc/connect";
import type { TimeKind } from "../../domain/time-record.ts";
import { expandTimes, type Expanded } from "../../store/calendar-times.ts";
import type { Tx } from "../../store/index.ts";
import { findCalendarHeads } from "../../store/calendar-heads.ts";
import { readStored } from "../../store/time-reads.ts";
import type { Deps } from "../deps.ts";
import { toPlannedMessage, toTimeMessage } from "./convert-time.ts";
import { instantOf, parseIsoDateTime, type IsoDateTime } from "./iso-date-time.ts";

/** Which dates are asked for. */
export interface ExpandFields {
  readonly calendarId: string;
  readonly startDatetime: string;
  readonly endDatetime: string;
  readonly includeSelf?: boolean | undefined;
  readonly includeExceptions?: boolean | undefined;
  readonly maxOccurrences: number;
}

const defaultOccurrences = 10_000;
const maxDays = 400;
const dayMs = 86_400_000;

/** Lists the times of a calendar in a range, recurring ones date by date. */
export async function expand(
  { store: { db } }: Deps,
  kind: TimeKind,
  context: HandlerContext,
  fields: ExpandFields,
): Promise<{ times: CalendarTime[]; truncated: boolean }> {
  const { organizationId } = memberOf(context);
  const [start, end] = timesOf(fields);
  const calendarId = parseUuid(fields.calendarId);
  const calendars = calendarId === undefined ? null : await findCalendarHeads(db, organizationId, [calendarId]);
  const calendar = calendars?.get(calendarId ?? "");
  if (calendar === undefined) {
    throw notFound("Calendar");
  }
  const [fromMs, toMs] = [instantOf(start, calendar.timeZone), instantOf(end, calendar.timeZone)];
  refuseRange(fromMs, toMs);
  // What was made on a bundle stands on its primary member, which comes first.
  const { id, memberIds } = calendar;
  const asked = { organizationId, calendarIds: [memberIds[0] ?? id], kind };
  const all = await expandTimes(db, asked, { fromMs, toMs });
  const own = memberIds.length === 0 ? all : all.filter(({ bundleCalendarId }) => bundleCalendarId === id);
  const wanted = await selected(db, organizationId, own, fields);
  const limit = fields.maxOccurrences || defaultOccurrences;
  const times = await messagesOf(db, organizationId, wanted.slice(0, limit));
  return { times, truncated: wanted.length > limit };
}

function timesOf({ calendarId, startDatetime, endDatetime }: ExpandFields): [IsoDateTime, IsoDateTime] {
  const given = { calendar_id: calendarId, start_datetime: startDatetime, end_datetime: endDatetime };
  const missing = Object.entries(given).find(([, value]) => value.trim() === "");
  if (missing !== undefined) {
    throw invalidField(missing[0], "calendar_id, start_datetime, and end_datetime are required");
  }
  return [timeOf("start_datetime", startDatetime), timeOf("end_datetime", endDatetime)];
}

function timeOf(field: string, text: string): IsoDateTime {
  const time = parseIsoDateTime(text);
  if (time === undefined) {
    throw invalidField(field, "Invalid datetime format. Use ISO format");
  }
  return time;
}

function refuseRange(fromMs: number, toMs: number): void {
  if (fromMs >= toMs) {
    throw invalidField("end_datetime", "start_time must be before end_time");
  }
  if (toMs - fromMs > maxDays * dayMs) {
    throw invalidField("end_datetime", `a range is at most ${maxDays} days long`);
  }
}

async function selected(
  db: Tx,
  organizationId: string,
  all: readonly Expanded[],
  { includeSelf = true, includeExceptions = true }: ExpandFields,
): Promise<readonly Expanded[]> {
  const found = includeExceptions ? all : all.filter((date) => !isException(date));
  if (includeSelf) {
    return found;
  }
  const masterIds = found.filter(isException).flatMap(({ masterId }) => masterId ?? []);
  const masters = await readStored(db, organizationId, masterIds);
  const isFirst = ({ masterId, recurrenceMs }: Expanded) => masters.get(masterId ?? "")?.time.startMs === recurrenceMs;
  return found.filter((date) => !(isException(date) ? isFirst(date) : date.isMastersOwn));
}

function isException({ id, masterId }: Expanded): boolean {
  return masterId !== null && masterId !== id;
}

async function messagesOf(db: Tx, organizationId: string, dates: readonly Expanded[]): Promise<CalendarTime[]> {
  const stored = await readStored(
    db,
    organizationId,
    dates.map(({ id }) => id),
  );
  return dates.flatMap(({ id, masterId, recurrenceMs }) => {
    const record = stored.get(id);
    if (record === undefined) {
      return []; // Gone since the dates were read.
    }
    return [
      masterId === id && recurrenceMs !== null ? toPlannedMessage(record.time, recurrenceMs) : toTimeMessage(record),
    ];
  });
}
