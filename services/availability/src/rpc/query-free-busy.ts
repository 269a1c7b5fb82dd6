import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AvailabilityService } from "@calends/contracts/calends/availability/v1/availability_service_pb";
import { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { memberOf } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import { pairsOf, type Intervals } from "@calends/time/intervals";
import type { MethodImpl } from "@connectrpc/connect";
import { takenTime } from "../domain/windows.ts";
import type { Span } from "../domain/world.ts";
import { findSlotCalendars } from "../store/slot-reads.ts";
import { fromRange } from "./convert.ts";
import type { Deps } from "./deps.ts";
import { readHosts, type KnownHost } from "./hosts.ts";

const maxDays = 62;

/** Lists the busy time of many calendars. */
export function queryFreeBusy(deps: Deps): MethodImpl<typeof AvailabilityService.method.queryFreeBusy> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const span = fromRange(request.range, "range", maxDays);
    const { hosts, tooLarge } = await readEach(deps, organizationId, request.calendarIds, span);
    return {
      calendars: request.calendarIds.map((calendarId) => {
        const host = hosts.get(calendarId);
        if (host === undefined) {
          return { calendarId, error: tooLarge.has(calendarId) ? Reason.QUESTION_TOO_LARGE : Reason.NOT_FOUND };
        }
        const { taken, outside } = takenTime(host, span);
        return { calendarId, busy: toRanges(taken), outsideHours: toRanges(outside) };
      }),
    };
  };
}

/** What is known of those calendars that there are, and which have more times than are looked at. */
interface Known {
  readonly hosts: ReadonlyMap<string, KnownHost>;
  readonly tooLarge: ReadonlySet<string>;
}

/** Reads all calendars at once or, where they have too many times, those for themselves that have not: half by half. */
async function readEach(deps: Deps, organizationId: string, ids: readonly string[], span: Span): Promise<Known> {
  try {
    const calendars = await findSlotCalendars(deps.store.pool, organizationId, ids, span);
    return { hosts: await readHosts(deps, organizationId, calendars, span), tooLarge: new Set() };
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== "exhausted") {
      throw error;
    }
    // It speaks of one calendar alone: the others are answered without it.
    if (ids.length === 1) {
      return { hosts: new Map(), tooLarge: new Set(ids) };
    }
  }
  const middle = Math.ceil(ids.length / 2);
  const first = await readEach(deps, organizationId, ids.slice(0, middle), span);
  const second = await readEach(deps, organizationId, ids.slice(middle), span);
  return {
    hosts: new Map([...first.hosts, ...second.hosts]),
    tooLarge: new Set([...first.tooLarge, ...second.tooLarge]),
  };
}

function toRanges(intervals: Intervals) {
  return [...pairsOf(intervals)].map(([startMs, endMs]) => ({
    startTime: timestampFromMs(startMs),
    endTime: timestampFromMs(endMs),
  }));
}
