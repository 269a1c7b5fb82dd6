import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readKeptProperties } from "../store/kept-properties.ts";
import { readHeld } from "../store/series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";

/** Writes a series as iCalendar. */
export function exportSeries({ store, compute }: Deps): MethodImpl<typeof SeriesService.method.exportSeries> {
  return async ({ seriesId }, context) => {
    const { organizationId } = memberOf(context);
    const held = await readHeld(store.db, organizationId, seriesId);
    const kept = await readKeptProperties(store.db, organizationId, seriesId);
    return { icalendar: await compute.run("writeCalendar", [held, kept], askerOf(context)) };
  };
}
