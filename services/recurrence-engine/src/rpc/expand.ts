import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { tzdbVersion } from "@calends/time/zone";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { findStarts } from "./find-starts.ts";
import { orInvalid } from "./refusal.ts";
import { fromRange, gapOf, maxOccurrences } from "./window.ts";

/** Lists the starts of the occurrences in a window. */
export function expand({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.expand> {
  return async ({ recurrence, gapPolicy, range, maxOccurrences: most }, context) => {
    const set = { text: recurrence, gap: gapOf(gapPolicy) };
    const search = { ...fromRange(range), limit: most || maxOccurrences };
    const { starts, truncated, allDay } = await orInvalid(() => findStarts(compute, set, search, askerOf(context)));
    return { starts: starts.map((start) => timestampFromMs(start)), truncated, allDay, tzdbVersion: tzdbVersion() };
  };
}
