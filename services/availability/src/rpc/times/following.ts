import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { CalendarTime, CalendarTimeFields } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { must } from "@calends/kit/must";
import { refuseUnknown } from "../../domain/occurrence-edits.ts";
import type { Shape } from "../../domain/read-pattern.ts";
import type { Held } from "../../domain/time-record.ts";
import { endBefore, splitTime } from "../../domain/time-split.ts";
import { toTimeMessage } from "./convert-time.ts";
import { recurrenceOf } from "./occurrences.ts";
import { externalIdOf, fromShapeFields, wrongRule } from "./read-fields.ts";
import { familyOf, refuseUnmanaged, stepFamily, type TimeWork } from "./work.ts";

/** A date from which on something changes. */
export interface FollowingFields {
  readonly recurrenceId?: Timestamp | undefined;
}

/** Ends a master before one of its dates; answers what is left of it. */
export async function removeFollowing(
  work: TimeWork,
  id: string,
  at: FollowingFields,
): Promise<CalendarTime | undefined> {
  const family = await familyOf(work, id);
  const recurrenceMs = recurrenceOf(at);
  const left = await stepFamily(work, family, (held) => endBefore(held, recurrenceMs, work.now));
  return left === null ? undefined : toTimeMessage({ time: left.time, exception: null });
}

/** Ends a master before one of its dates and begins another there; answers both. */
export async function updateFollowing(
  work: TimeWork,
  id: string,
  at: FollowingFields,
  message: CalendarTimeFields | undefined,
): Promise<{ continued: CalendarTime; ended: CalendarTime | undefined }> {
  const path = `${work.kind}_time`;
  const fields = must(message, path);
  const { held, followers } = await familyOf(work, id);
  const recurrenceMs = recurrenceOf(at);
  refuseUnknown(held, recurrenceMs);
  await refuseUnmanaged(work, held.time.calendarId);
  const shape = shapeOf(held, recurrenceMs, fields, path);
  const texts = { reason: fields.reason, externalId: externalIdOf(fields.externalId, work.scopes, path) };
  const split = async (before: Held, bundlePrimaryId: string | null): Promise<Split> => {
    const own = bundlePrimaryId === null ? texts : { ...texts, externalId: null };
    const continuation = { ...own, id: work.newId(), shape, path, bundlePrimaryId };
    const after = splitTime(before, recurrenceMs, continuation, work.now);
    await writeSplit(work, before, after);
    return after;
  };
  const { continued, ended } = await split(held, null);
  for (const follower of followers) {
    await split(follower, continued.time.id);
  }
  return {
    continued: toTimeMessage({ time: continued.time, exception: null }),
    ended: ended === null ? undefined : toTimeMessage({ time: ended.time, exception: null }),
  };
}

type Split = ReturnType<typeof splitTime>;

async function writeSplit(work: TimeWork, before: Held, { ended, continued }: Split): Promise<void> {
  if (ended === null) {
    await work.write(before, continued);
    return;
  }
  // The exceptions keep their ids, so that they leave the one before they come to the other.
  await work.write(before, ended);
  await work.insert([continued]);
}

function shapeOf({ time }: Held, recurrenceMs: number, fields: CalendarTimeFields, path: string): Shape {
  if (fields.clearRecurrence) {
    throw wrongRule(`${path}.clear_recurrence`, "what follows recurs: give a rule, or none to keep it");
  }
  const { pattern } = time;
  const before = pattern === null ? null : { pattern, recurrenceMs };
  return fromShapeFields(fields, fields.timeZone === "" ? time.timeZone : fields.timeZone, path, before);
}
