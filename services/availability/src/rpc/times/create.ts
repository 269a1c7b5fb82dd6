import type { CalendarTime, CalendarTimeDraft } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { createTime, type Held, type Placement, type TimeKind } from "../../domain/time-record.ts";
import { findCalendarHeads, type CalendarHead } from "../../store/calendar-heads.ts";
import { touchCalendars } from "../../store/changes.ts";
import { findExternalIds } from "../../store/time-writes.ts";
import { toTimeMessage } from "./convert-time.ts";
import { externalIdOf, fromShapeFields } from "./read-fields.ts";
import { notManaging, type TimeWork } from "./work.ts";

const mostAtOnce = 100;

/** Adds a time. */
export async function createOne(work: TimeWork, draft: CalendarTimeDraft | undefined): Promise<CalendarTime> {
  const path = `${work.kind}_time`;
  const [made] = await createAll(work, [must(draft, path)], () => path);
  return must(made, path);
}

/** Adds 1 to 100 times or none of them; an error names the first one at fault by its index. */
export async function createMany(work: TimeWork, drafts: readonly CalendarTimeDraft[]): Promise<CalendarTime[]> {
  refuseCount(work.kind, drafts.length);
  return createAll(work, drafts, (index) => `${work.kind}_times[${index}]`);
}

function refuseCount(kind: TimeKind, count: number): void {
  if (count === 0) {
    throw invalidField(`${kind}_times`, `At least one ${kind} time is required`);
  }
  if (count > mostAtOnce) {
    throw invalidField(`${kind}_times`, `Cannot create more than ${mostAtOnce} ${kind} times at once`);
  }
}

async function createAll(
  work: TimeWork,
  drafts: readonly CalendarTimeDraft[],
  pathOf: (index: number) => string,
): Promise<CalendarTime[]> {
  const ids = new Set(drafts.map(({ calendarId }) => calendarId));
  const calendars = await readHeads(work, [...ids]);
  const families = drafts.map((draft, index) =>
    familyOf(work, draft, calendars.get(draft.calendarId), calendars, pathOf(index)),
  );
  const primaries = families.map(([primary]) => must(primary, "primary"));
  await refuseUsedIds(work, primaries, pathOf);
  // A follower names its primary's record, which has to be there first.
  await work.insert([...primaries, ...families.flatMap(([, ...followers]) => followers)]);
  return primaries.map(({ time }) => toTimeMessage({ time, exception: null }));
}

/** The members of a bundle are those that it has when the times are kept: none come and go in between. */
async function readHeads({ tx, organizationId }: TimeWork, ids: readonly string[]) {
  const calendars = await findCalendarHeads(tx, organizationId, ids);
  if (!ids.some((id) => (calendars.get(id)?.memberIds.length ?? 0) > 0)) {
    return calendars;
  }
  await touchCalendars(tx, organizationId, calendars.keys());
  return findCalendarHeads(tx, organizationId, ids);
}

/** A new record; on a bundle the one of its primary member first, and those of the others that follow it. */
function familyOf(
  work: TimeWork,
  draft: CalendarTimeDraft,
  calendar: CalendarHead | undefined,
  calendars: ReadonlyMap<string, CalendarHead>,
  path: string,
): Held[] {
  const { kind, now } = work;
  if (calendar === undefined) {
    throw noCalendar(`${path}.calendar_id`);
  }
  const { memberIds } = calendar;
  const involved = [calendar, ...memberIds.flatMap((id) => calendars.get(id) ?? [])];
  if (kind === "available" && involved.some(({ manageAvailableWindows }) => !manageAvailableWindows)) {
    throw notManaging(`${path}.calendar_id`);
  }
  const shape = fromShapeFields(draft, draft.timeZone === "" ? calendar.timeZone : draft.timeZone, path);
  const externalId = externalIdOf(draft.externalId, work.scopes, path);
  return placementsOf(work, calendar).map((placement) => {
    const texts = { reason: draft.reason, externalId: placement.bundlePrimaryId === null ? externalId : null };
    return createTime(placement, shape, texts, now);
  });
}

function placementsOf({ kind, newId }: TimeWork, { id: calendarId, memberIds }: CalendarHead): Placement[] {
  const [primary, ...others] = memberIds;
  const none = { kind, bundlePrimaryId: null };
  if (primary === undefined) {
    return [{ ...none, id: newId(), calendarId, bundleCalendarId: null }];
  }
  const first = { ...none, id: newId(), calendarId: primary, bundleCalendarId: calendarId };
  return [first, ...others.map((id) => ({ ...first, id: newId(), calendarId: id, bundlePrimaryId: first.id }))];
}

/** Names the record at fault; against one that comes at the same time the table's key stands. */
async function refuseUsedIds(work: TimeWork, made: readonly Held[], pathOf: (index: number) => string): Promise<void> {
  const { tx, organizationId, kind } = work;
  const keys = made.flatMap(({ time: { calendarId, externalId } }) =>
    externalId === null ? [] : [{ calendarId, externalId }],
  );
  const used = new Set(await findExternalIds(tx, organizationId, kind, keys));
  made.forEach(({ time: { calendarId, externalId } }, index) => {
    const key = `${calendarId} ${externalId}`;
    if (externalId !== null && used.has(key)) {
      const field = `${pathOf(index)}.external_id`;
      const rule = "another time of the calendar has this external_id";
      throw new DomainError("exists", "ALREADY_EXISTS", rule, { violations: [{ field, rule }], metadata: { field } });
    }
    used.add(key);
  });
}

/** No such calendar for this caller, whether or not another organization has it. */
function noCalendar(field: string): DomainError {
  const rule = "Calendar not found or access denied";
  return new DomainError("not_found", "NOT_FOUND", rule, { violations: [{ field, rule }], metadata: { field } });
}
