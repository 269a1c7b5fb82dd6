import { randomUUID } from "node:crypto";
import { at, texts, tuesdays, type Rig } from "./_times.ts";

/** What tests do with blocked times that recur. */
export interface Choir {
  /** Five Tuesdays of December on a calendar of their own. */
  make(fields?: object): Promise<{ calendarId: string; id: string }>;
  cancel(id: string, date: string): ReturnType<Rig["blocked"]["cancelBlockedOccurrence"]>;
  change(id: string, date: string, more: object): ReturnType<Rig["blocked"]["changeBlockedOccurrence"]>;
  restore(id: string, date: string): ReturnType<Rig["blocked"]["restoreBlockedOccurrence"]>;
  /** "This and following". */
  following(id: string, date: string, time: object): ReturnType<Rig["blocked"]["updateFollowingBlockedTimes"]>;
  endBefore(id: string, date: string): ReturnType<Rig["blocked"]["deleteFollowingBlockedTimes"]>;
  expanded(
    calendarId: string,
    from: string,
    to: string,
    more?: object,
  ): ReturnType<Rig["blocked"]["listExpandedBlockedTimes"]>;
  /** The dates of a calendar in December and January, as "2026-12-01T18:00/19:30". */
  winter(calendarId: string, more?: object): Promise<string[]>;
}

/** Makes the choir of a rig. */
export function choirOf(rig: Rig): Choir {
  const { blocked } = rig;
  const occurrence = (blockedTimeId: string, recurrenceId: string, more: object = {}) => ({
    requestId: randomUUID(),
    blockedTimeId,
    recurrenceId: at(recurrenceId),
    ...more,
  });
  const expanded: Choir["expanded"] = async (calendarId, startDatetime, endDatetime, more = {}) =>
    blocked.listExpandedBlockedTimes({ calendarId, startDatetime, endDatetime, ...more }, await rig.as());
  return {
    async make(fields = {}) {
      const calendarId = await rig.calendar();
      const { id } = await rig.block(calendarId, { ...tuesdays, rruleString: "FREQ=WEEKLY;COUNT=5", ...fields });
      return { calendarId, id };
    },
    cancel: async (id, date) => blocked.cancelBlockedOccurrence(occurrence(id, date), await rig.as()),
    change: async (id, date, more) => blocked.changeBlockedOccurrence(occurrence(id, date, more), await rig.as()),
    restore: async (id, date) => blocked.restoreBlockedOccurrence(occurrence(id, date), await rig.as()),
    following: async (id, date, blockedTime) =>
      blocked.updateFollowingBlockedTimes(occurrence(id, date, { blockedTime }), await rig.as()),
    endBefore: async (id, date) => blocked.deleteFollowingBlockedTimes(occurrence(id, date), await rig.as()),
    expanded,
    winter: async (calendarId, more = {}) =>
      texts((await expanded(calendarId, "2026-12-01", "2027-02-01", more)).blockedTimes),
  };
}
