import { create } from "@bufbuild/protobuf";
import {
  ImportSeriesResponseSchema,
  SeriesService,
  type ImportSeriesRequest,
} from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import type { Imported } from "../icalendar/read.ts";
import { insertKeptProperties } from "../store/kept-properties.ts";
import { insertSeries } from "../store/series.ts";
import { toSeriesMessage } from "./convert-series.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { mutateSeries } from "./mutations.ts";

const method = SeriesService.method.importSeries;

/** Makes a series from iCalendar. */
export function importSeries(deps: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { compute } = deps;
    const asker = askerOf(context);
    const options = { dateZone: request.timeZone || "UTC", includeStart: request.includeStart };
    const imported = await compute.run("readCalendar", [request.icalendar, options], asker);
    const { exceptions, standing, kept } = imported;
    return mutateSeries(deps, { method, request, context }, async (tx, { now, organizationId, actor, publish }) => {
      const args = [newId(now.getTime()), draftOf(imported, request), now, exceptions, standing] as const;
      const made = await compute.run("createSeries", [...args], asker);
      await insertSeries(tx, organizationId, made, actor);
      await insertKeptProperties(tx, organizationId, made.series.id, kept);
      await publish({ after: made });
      return create(ImportSeriesResponseSchema, { series: toSeriesMessage(made.series) });
    });
  };
}

function draftOf({ uid, title, pattern, maxAdvanceDays, policy }: Imported, { calendarId }: ImportSeriesRequest) {
  const ids = { calendarId: calendarId === "" ? null : calendarId, externalId: uid, icalUid: uid };
  return { title, pattern, maxAdvanceDays, ...ids, ...policy };
}
