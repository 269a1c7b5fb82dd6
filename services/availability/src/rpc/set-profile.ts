import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  SetProfileResponseSchema,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { callOf, memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { tellCalendar } from "../facts.ts";
import { readCalendar } from "../store/calendars.ts";
import type { Tx } from "../store/index.ts";
import { writeProfile } from "../store/profiles.ts";
import { fromSchedule, toProfileMessage } from "./convert-profile.ts";
import type { Deps } from "./deps.ts";

const method = CalendarService.method.setProfile;

/** Replaces a calendar's availability profile. */
export function setProfile({ store, clock, schedules }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const message = must(request.profile, "profile");
    const schedule = fromSchedule(must(message.schedule, "profile.schedule"));
    schedules.validate(schedule, "profile.schedule");
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const at = clock.now();
      const stored = await writeProfile(tx, organizationId, message.calendarId, schedule, at);
      const calendar = await readCalendar(tx, organizationId, message.calendarId);
      await tellCalendar(tx, calendar, { organizationId, at, trace: callOf(context).trace });
      return create(SetProfileResponseSchema, { profile: toProfileMessage(stored) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
