import type { CalendarTime } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { cancelDate, changeDate, exceptionAt, restoreDate } from "../../domain/occurrence-edits.ts";
import type { Held } from "../../domain/time-record.ts";
import { toPlannedMessage, toTimeMessage } from "./convert-time.ts";
import { toMs } from "./read-fields.ts";
import { familyOf, stepFamily, type TimeWork } from "./work.ts";

/** What becomes of one date of a master; what is absent stays. */
export interface OccurrenceFields {
  readonly recurrenceId?: Timestamp | undefined;
  readonly startTime?: Timestamp | undefined;
  readonly endTime?: Timestamp | undefined;
  readonly reason?: string | undefined;
}

/** Removes a record, or cancels one changed date by its own id. */
export async function remove(work: TimeWork, id: string): Promise<void> {
  const family = await familyOf(work, id);
  const { recurrenceMs } = family;
  await stepFamily(work, family, (held) =>
    recurrenceMs === null ? null : cancelDate(held, recurrenceMs, work.newId(), work.now),
  );
}

/** Cancels one date; answers the master. */
export async function cancel(work: TimeWork, id: string, fields: OccurrenceFields): Promise<CalendarTime> {
  const recurrenceMs = recurrenceOf(fields);
  const after = await step(work, id, (held) => cancelDate(held, recurrenceMs, work.newId(), work.now));
  return toTimeMessage({ time: after.time, exception: null });
}

/** Moves one date or gives it a reason of its own; answers the date. */
export async function change(work: TimeWork, id: string, fields: OccurrenceFields): Promise<CalendarTime> {
  const recurrenceMs = recurrenceOf(fields);
  const { startTime, endTime, reason } = fields;
  const edit = {
    startMs: startTime === undefined ? undefined : toMs(startTime),
    endMs: endTime === undefined ? undefined : toMs(endTime),
    reason,
  };
  const after = await step(work, id, (held) => changeDate(held, recurrenceMs, edit, work.newId(), work.now));
  const exception = must(exceptionAt(after, recurrenceMs), "exception");
  return toTimeMessage({ time: after.time, exception });
}

/** Makes one date again what its master says; answers the date. */
export async function restore(work: TimeWork, id: string, fields: OccurrenceFields): Promise<CalendarTime> {
  const recurrenceMs = recurrenceOf(fields);
  const after = await step(work, id, (held) => restoreDate(held, recurrenceMs, work.now));
  return toPlannedMessage(after.time, recurrenceMs);
}

/** The original start that names a date. */
export function recurrenceOf({ recurrenceId }: OccurrenceFields): number {
  return toMs(must(recurrenceId, "recurrence_id"));
}

async function step(work: TimeWork, id: string, edit: (held: Held) => Held): Promise<Held> {
  return must(await stepFamily(work, await familyOf(work, id), edit), "record");
}
