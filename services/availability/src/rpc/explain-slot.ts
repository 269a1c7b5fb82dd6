import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type {
  AvailabilityService,
  ExplainSlotRequest,
} from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { zoneOf } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { refusalsAt } from "../domain/refusals.ts";
import { saidAgainst, verdictsOf } from "../domain/verdicts.ts";
import { fromQuery, lengthOf, refuseEndless, refuseUnknownZone } from "./convert-query.ts";
import { toRefusalMessage } from "./convert-slots.ts";
import type { Deps } from "./deps.ts";
import { allowing, sentenceOf } from "./sentences.ts";
import { readWorld } from "./world.ts";

/** Names every rule that allows or forbids one instant, in the order of checks, with the record at fault. */
export function explainSlot(deps: Deps): MethodImpl<typeof AvailabilityService.method.explainSlot> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const question = fromQuery(request.query, deps.schedules);
    const { startMs, gap } = startOf(request.at);
    const meeting = { startMs, durationMs: lengthOf(request.duration, question.rules) };
    refuseEndless(meeting, request.at.case === "localStart" ? "local_start.date_time" : "start_time");
    const { world } = await readWorld(deps, organizationId, question, { fromMs: startMs, toMs: startMs + 1 }, "book");
    const refusals = refusalsAt(world, question.rules, meeting);
    const rules = verdictsOf(world, question.rules, saidAgainst(world, question.rules, meeting)).map(
      ({ reason, calendarId, refusal }) => ({
        reason: Reason[reason],
        allows: refusal === null,
        message: refusal === null ? allowing[reason] : sentenceOf(refusal),
        calendarId,
      }),
    );
    return {
      available: refusals.length === 0 && gap === null,
      startTime: timestampFromMs(startMs),
      rules: gap === null ? rules : [{ reason: Reason.DST_GAP, allows: false, message: gap, calendarId: "" }, ...rules],
      refusals: [
        ...(gap === null ? [] : [{ reason: Reason.DST_GAP, message: gap }]),
        ...refusals.map(toRefusalMessage),
      ],
    };
  };
}

/** The start as an instant, and what is wrong with a local time that its zone's clock skips. */
function startOf(at: ExplainSlotRequest["at"]): { startMs: number; gap: string | null } {
  if (at.case === "startTime") {
    return { startMs: timestampMs(at.value), gap: null };
  }
  const { dateTime, timeZone } = must(at.value, "at");
  refuseUnknownZone(timeZone, "local_start.time_zone");
  const localMs = Date.parse(`${dateTime}Z`);
  if (Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 19) !== dateTime) {
    throw invalidField("local_start.date_time", `not a time: ${dateTime}`);
  }
  const zone = zoneOf(timeZone);
  const skipped = Number.isNaN(zone.toUtc(localMs, "omit"));
  return { startMs: zone.toUtc(localMs), gap: skipped ? `the clock of ${timeZone} skips ${dateTime}` : null };
}
