import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listPlanned } from "../store/outcomes.ts";
import { readSeries } from "../store/series.ts";
import { toPlannedMessage } from "./convert-outcome.ts";
import type { Deps } from "./deps.ts";
import { defaultPageSize } from "./window.ts";

/** Reads what came of the dates that have been planned or skipped. */
export function listOutcomes({ store }: Deps): MethodImpl<typeof SeriesService.method.listOutcomes> {
  return async ({ seriesId, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const key = { organizationId, seriesId };
    const page = await listPlanned(store.db, key, pageSize || defaultPageSize, pageToken);
    if (page.occurrences.length === 0) {
      await readSeries(store.db, organizationId, seriesId);
    }
    const occurrences = page.occurrences.map((kept) => toPlannedMessage(seriesId, kept));
    return { occurrences, nextPageToken: page.nextPageToken };
  };
}
