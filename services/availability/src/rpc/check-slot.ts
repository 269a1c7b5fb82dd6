import { durationMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type {
  AvailabilityService,
  CheckSlotRequest,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { hostRefusals, refusalsAt, type Meeting } from "../domain/refusals.ts";
import { slotAt } from "../domain/slots.ts";
import type { SlotRules, World } from "../domain/world.ts";
import { boundBytes, fromQuery, lengthOf, refuseEndless } from "./convert-query.ts";
import { toRefusalMessage } from "./convert-slots.ts";
import type { Deps } from "./deps.ts";
import { readWorld } from "./world.ts";

/** Says whether a meeting can be booked at one start, and if not, why. */
export function checkSlot(deps: Deps): MethodImpl<typeof AvailabilityService.method.checkSlot> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const question = fromQuery(request.query, deps.schedules);
    const meeting = meetingOf(request, question.rules, deps, organizationId);
    const span = { fromMs: meeting.startMs, toMs: meeting.startMs + 1 };
    const { world, calendars } = await readWorld(deps, organizationId, question, span, "book");
    const slot = slotAt(world, question.rules, meeting.startMs, meeting.durationMs);
    const refusals = slot === undefined ? refusalsAt(world, question.rules, meeting) : [];
    const free = slot === undefined ? [] : freeCalendars(world, question.rules, meeting);
    return {
      available: slot !== undefined,
      refusals: refusals.map(toRefusalMessage),
      freeCalendarIds: free,
      bundles: (slot !== undefined && slot.seatsLeft > 0 ? [...calendars.keys()] : free).flatMap((bundleId) => {
        const memberIds = [...(calendars.get(bundleId)?.memberIds ?? [])];
        return memberIds.length === 0 ? [] : [{ bundleId, memberIds }];
      }),
      startTime: timestampFromMs(meeting.startMs),
      endTime: timestampFromMs(meeting.startMs + meeting.durationMs),
    };
  };
}

/** What is asked about: the slot of a token, or a start. Throws SLOT_TOKEN, or naming the field at fault. */
function meetingOf(request: CheckSlotRequest, rules: SlotRules, deps: Deps, organizationId: string): Meeting {
  const { startTime, duration, slotToken } = request;
  if (slotToken !== "") {
    const asked = { organizationId, query: boundBytes(request.query) };
    const offered = deps.slotTokens.read(slotToken, asked, deps.clock.now().getTime());
    if (startTime !== undefined && timestampMs(startTime) !== offered.startMs) {
      throw invalidField("start_time", "the slot's token is of another start");
    }
    if (duration !== undefined && durationMs(duration) !== offered.durationMs) {
      throw invalidField("duration", "the slot's token is of another duration");
    }
    return offered;
  }
  if (startTime === undefined) {
    throw invalidField("start_time", "a start or a slot's token is required");
  }
  const meeting = { startMs: timestampMs(startTime), durationMs: lengthOf(duration, rules) };
  refuseEndless(meeting, "start_time");
  return meeting;
}

function freeCalendars(world: World, rules: SlotRules, meeting: Meeting): string[] {
  const hosts = world.groups.flatMap((group) => group.hosts);
  return hosts
    .filter((host) => hostRefusals(host, world, rules, meeting).length === 0)
    .map(({ calendarId }) => calendarId);
}
