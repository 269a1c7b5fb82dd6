import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  UpdateCalendarResponseSchema,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { draftCalendar } from "../domain/calendar.ts";
import { readCalendar, updateCalendar } from "../store/calendars.ts";
import type { Tx } from "../store/index.ts";
import { toCalendarMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = CalendarService.method.updateCalendar;

/** Replaces a calendar's name, zone, external key and members. */
export function updateCalendarRpc({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const { kind } = await readCalendar(tx, organizationId, request.calendarId);
      const draft = draftCalendar(kind, request);
      const calendar = await updateCalendar(tx, organizationId, request.calendarId, draft, clock.now());
      return create(UpdateCalendarResponseSchema, { calendar: toCalendarMessage(calendar) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
