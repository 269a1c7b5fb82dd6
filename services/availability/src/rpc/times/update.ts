import type { CalendarTime, CalendarTimeFields } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { ruleTextOf } from "@calends/recurrence-contract/rule-form";
import { changeDate, exceptionAt } from "../../domain/occurrence-edits.ts";
import { startOf } from "../../domain/pattern.ts";
import type { Shape } from "../../domain/read-pattern.ts";
import type { Held, TimeTexts } from "../../domain/time-record.ts";
import { updateTime } from "../../domain/time-split.ts";
import type { Family } from "../../store/time-writes.ts";
import { toTimeMessage } from "./convert-time.ts";
import { externalIdOf, fromShapeFields, fromTimes, wrongRule } from "./read-fields.ts";
import { familyOf, stepFamily, type TimeWork } from "./work.ts";

/** Replaces what a caller sets of a record, or of one changed date by its own id. */
export async function update(
  work: TimeWork,
  id: string,
  message: CalendarTimeFields | undefined,
): Promise<CalendarTime> {
  const fields = must(message, `${work.kind}_time`);
  const family = await familyOf(work, id);
  return family.recurrenceMs === null
    ? updateRecord(work, family, fields)
    : updateDate(work, family, family.recurrenceMs, fields);
}

async function updateRecord(work: TimeWork, family: Family, fields: CalendarTimeFields): Promise<CalendarTime> {
  const path = `${work.kind}_time`;
  const shape = shapeOf(family.held, fields, path);
  const texts = textsOf(work, family.held, fields, path);
  const after = await stepFamily(work, family, (held) => {
    const isFollower = held.time.bundlePrimaryId !== null;
    return updateTime(held, shape, isFollower ? { ...texts, externalId: null } : texts, work.now);
  });
  return toTimeMessage({ time: must(after, path).time, exception: null });
}

async function updateDate(
  work: TimeWork,
  family: Family,
  recurrenceMs: number,
  fields: CalendarTimeFields,
): Promise<CalendarTime> {
  const path = `${work.kind}_time`;
  refuseRecurrence(fields, path);
  if (fields.externalId.trim() !== "") {
    throw invalidField(`${path}.external_id`, "one date of a recurring time has no external_id");
  }
  if (fields.timeZone !== "" && fields.timeZone !== family.held.time.timeZone) {
    throw invalidField(`${path}.time_zone`, "one date of a recurring time has the time zone of its master");
  }
  const edit = { ...fromTimes(fields), reason: fields.reason };
  const after = await stepFamily(work, family, (held) =>
    changeDate(held, recurrenceMs, edit, work.newId(), work.now, `${path}.`),
  );
  const { time } = must(after, path);
  return toTimeMessage({ time, exception: must(exceptionAt(must(after, path), recurrenceMs), "exception") });
}

function refuseRecurrence(
  { recurrenceRule, rruleString, clearRecurrence, extraLines }: CalendarTimeFields,
  path: string,
) {
  const given = [
    ["recurrence_rule", recurrenceRule !== undefined],
    ["rrule_string", rruleString !== ""],
    ["extra_lines", extraLines !== ""],
    ["clear_recurrence", clearRecurrence],
  ] as const;
  const [field] = given.find(([, isGiven]) => isGiven) ?? [];
  if (field !== undefined) {
    throw wrongRule(`${path}.${field}`, "Cannot set recurrence rule for child instances");
  }
}

/** When a record takes place after an update. */
function shapeOf({ time }: Held, fields: CalendarTimeFields, path: string): Shape {
  const timeZone = fields.timeZone === "" ? time.timeZone : fields.timeZone;
  if (!fields.clearRecurrence) {
    const { pattern } = time;
    const before = pattern === null ? null : { pattern, recurrenceMs: startOf(pattern) };
    return fromShapeFields(fields, timeZone, path, before);
  }
  if (ruleTextOf(fields, path) !== "" || fields.extraLines !== "") {
    throw wrongRule(`${path}.clear_recurrence`, "a rule cannot be given and cleared");
  }
  return fromShapeFields(fields, timeZone, path);
}

/** The texts of a record after an update; a blank external id keeps the one it has. */
export function textsOf(work: TimeWork, { time }: Held, fields: CalendarTimeFields, path: string): TimeTexts {
  const externalId = externalIdOf(fields.externalId, work.scopes, path) ?? time.externalId;
  return { reason: fields.reason, externalId };
}
