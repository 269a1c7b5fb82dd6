import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { startOfToday } from "../domain/occurrences.ts";
import { readHeld } from "../store/series.ts";
import { toOccurrenceMessages } from "./convert-series.ts";
import { findOccurrences } from "./find-occurrences.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";

const defaultLimit = 10;
/** The end of the year 9999. */
const endOfTime = 253_402_300_800_000;

/** Lists the next occurrences, from today in the series' zone on. */
export function listUpcoming({ store, clock, compute }: Deps): MethodImpl<typeof SeriesService.method.listUpcoming> {
  return async ({ seriesId, limit }, context) => {
    const { organizationId } = memberOf(context);
    const held = await readHeld(store.db, organizationId, seriesId);
    const fromMs = startOfToday(held.series, clock.now());
    const window = {
      fromMs,
      toMs: held.series.endsAt?.getTime() ?? endOfTime,
      inProgress: false,
      includeCancelled: false,
      limit: limit || defaultLimit,
    };
    const { occurrences } = await findOccurrences(compute, held, window, askerOf(context));
    return { occurrences: await toOccurrenceMessages(seriesId, occurrences, context.signal) };
  };
}
