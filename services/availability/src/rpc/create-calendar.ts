import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  CreateCalendarResponseSchema,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { draftCalendar, type Calendar } from "../domain/calendar.ts";
import { tellCalendar } from "../facts.ts";
import { insertCalendar } from "../store/calendars.ts";
import type { Tx } from "../store/index.ts";
import { toCalendarMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = CalendarService.method.createCalendar;

/** Adds a calendar. */
export function createCalendar({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const draft = draftCalendar(request.kind, request);
    const { kind, manageAvailableWindows } = request;
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const now = clock.now();
      const id = newId(now.getTime());
      const stamps = { version: 1n, createdAt: now, updatedAt: now };
      const calendar: Calendar = { id, ...draft, kind, manageAvailableWindows, ...stamps };
      await insertCalendar(tx, organizationId, calendar);
      await tellCalendar(tx, calendar, { organizationId, at: now, trace: callOf(context).trace });
      return create(CreateCalendarResponseSchema, { calendar: toCalendarMessage(calendar) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
