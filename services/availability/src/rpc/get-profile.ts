import type { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import { notFound } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { readProfile } from "../store/profiles.ts";
import { toProfileMessage } from "./convert-profile.ts";
import type { Deps } from "./deps.ts";

/** Reads a calendar's availability profile. */
export function getProfile({ store }: Deps): MethodImpl<typeof CalendarService.method.getProfile> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const profile = await readProfile(store.db, organizationId, request.calendarId);
    if (profile === null) {
      throw notFound("Availability profile");
    }
    return { profile: toProfileMessage(profile) };
  };
}
