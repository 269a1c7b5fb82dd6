import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type {
  AvailabilityService,
  FindMeetingTimesRequest,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { create } from "@bufbuild/protobuf";
import { SlotQuerySchema } from "@calends/contracts/calends/availability/v1/slots_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import { rankMeetingTimes, withoutHours } from "../domain/meeting-times.ts";
import type { Host } from "../domain/world.ts";
import { fromGroups, fromQuery } from "./convert-query.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readWorld } from "./world.ts";

const maxDays = 62;
const defaultMax = 10;

/** Ranks the times at which attendees can meet. */
export function findMeetingTimes(deps: Deps): MethodImpl<typeof AvailabilityService.method.findMeetingTimes> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range, "range", maxDays);
    const required = groupsOf(request);
    const optional = request.attendees.filter((attendee) => attendee.optional).map(({ calendarId }) => calendarId);
    const others = optional.length === 0 ? [] : [{ calendarIds: optional, need: 1 }];
    fromGroups(request.groups, "groups");
    const query = create(SlotQuerySchema, { rules: must(request.rules, "rules"), groups: [...required, ...others] });
    const question = fromQuery(query, deps.schedules, "");
    const { world } = await readWorld(deps, organizationId, question, span, "list");
    const asked = required.length === 0 ? world : { ...world, groups: world.groups.slice(0, required.length) };
    const everybody = unique(world.groups.flatMap((group) => group.hosts));
    const { rules } = question;
    const decided = request.ignoreHours ? { ...asked, groups: withoutHours(asked.groups, rules, span) } : asked;
    const times = rankMeetingTimes(decided, everybody, rules, span, request.maxResults || defaultMax);
    return {
      times: times.map(({ startMs, durationMs, score, reasons, free, missing }) => ({
        startTime: timestampFromMs(startMs),
        endTime: timestampFromMs(startMs + durationMs),
        score,
        reasons: [...reasons],
        freeCalendarIds: [...free],
        missingCalendarIds: [...missing],
      })),
    };
  };
}

/** Everybody who has to come, as groups. Throws where nobody is asked, or somebody twice. */
function groupsOf({ attendees, groups }: FindMeetingTimesRequest): { calendarIds: string[]; need: number }[] {
  const seen = new Set<string>();
  attendees.forEach(({ calendarId }, index) => {
    if (seen.has(calendarId)) {
      throw invalidField(`attendees[${index}].calendar_id`, "the calendar is there twice");
    }
    seen.add(calendarId);
  });
  if (attendees.length === 0 && groups.length === 0) {
    throw invalidField("attendees", "attendees or groups are required");
  }
  const required = attendees.filter(({ optional }) => !optional).map(({ calendarId }) => calendarId);
  const ofGroups = groups.map(({ calendarIds, need }) => ({ calendarIds: [...calendarIds], need }));
  return required.length === 0 ? ofGroups : [{ calendarIds: required, need: 0 }, ...ofGroups];
}

function unique(hosts: readonly Host[]): Host[] {
  return [...new Map(hosts.map((host) => [host.calendarId, host])).values()];
}
