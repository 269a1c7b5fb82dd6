import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listVersions } from "../store/series.ts";
import { toVersionMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { defaultPageSize } from "./window.ts";

/** Reads the history of a series, newest first. */
export function listVersionsRpc({ store }: Deps): MethodImpl<typeof SeriesService.method.listVersions> {
  return async ({ seriesId, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const page = await listVersions(store.db, organizationId, seriesId, pageSize || defaultPageSize, pageToken);
    return { versions: page.versions.map(toVersionMessage), nextPageToken: page.nextPageToken };
  };
}
