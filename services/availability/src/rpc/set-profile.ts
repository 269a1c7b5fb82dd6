import { create } from "@bufbuild/protobuf";
import {
  CalendarService,
  SetProfileResponseSchema,
} from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { validateProfile } from "../domain/profile.ts";
import { writeProfile } from "../store/calendars.ts";
import type { Tx } from "../store/index.ts";
import { fromProfileMessage, toProfileMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = CalendarService.method.setProfile;

/** Replaces a calendar's availability profile. */
export function setProfile({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const message = must(request.profile, "profile");
    const profile = fromProfileMessage(message);
    validateProfile(profile, "profile");
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const stored = await writeProfile(tx, organizationId, message.calendarId, profile, clock.now());
      return create(SetProfileResponseSchema, { profile: toProfileMessage(stored) });
    };
    return mutateOnce({ method, organizationId, request, sql: db, transaction, work });
  };
}
