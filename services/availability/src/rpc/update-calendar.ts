import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  UpdateCalendarResponseSchema,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { draftCalendar, haveOtherMembers, type Calendar, type CalendarDraft } from "../domain/calendar.ts";
import { tellCalendar } from "../facts.ts";
import { lockBundleTimes } from "../store/bundle-times.ts";
import { readCalendar, updateCalendar } from "../store/calendars.ts";
import { touchCalendars } from "../store/changes.ts";
import type { Tx } from "../store/index.ts";
import { toCalendarMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { followMembers } from "./times/bundle.ts";

const method = CalendarService.method.updateCalendar;

/** Replaces a calendar's name, zone, external key and members; times of a bundle follow its members. */
export function updateCalendarRpc({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const { calendarId } = request;
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const before = await readCalendar(tx, organizationId, calendarId);
      const draft = draftCalendar(before.kind, request);
      const at = clock.now();
      const facts = { organizationId, at, trace: callOf(context).trace };
      await lockForUpdate(tx, organizationId, before, draft);
      const calendar = await updateCalendar(tx, organizationId, calendarId, draft, at);
      if (haveOtherMembers(before, calendar)) {
        await followMembers(tx, calendar, facts);
      }
      await tellCalendar(tx, calendar, facts);
      return create(UpdateCalendarResponseSchema, { calendar: toCalendarMessage(calendar) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}

/**
 * Slots of a calendar and of its members, old and new, may move. Times of a bundle are locked first, as by those who change
 * them; once its calendar is, no others come.
 */
async function lockForUpdate(tx: Tx, organizationId: string, before: Calendar, draft: CalendarDraft): Promise<void> {
  const moves = haveOtherMembers(before, draft);
  if (moves) {
    await lockBundleTimes(tx, organizationId, before.id);
  }
  await touchCalendars(tx, organizationId, [before.id, ...(moves ? [...before.memberIds, ...draft.memberIds] : [])]);
}
