import { create } from "@bufbuild/protobuf";
import {
  ImportSeriesResponseSchema,
  SeriesService,
  type ImportSeriesRequest,
} from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { invalidField } from "@calends/kit/domain-error";
import type { Changed, Held } from "../domain/series-types.ts";
import { textOfBytes } from "../icalendar/bytes.ts";
import { idCount } from "../icalendar/make.ts";
import type { Imported } from "../icalendar/read.ts";
import { insertKeptProperties } from "../store/kept-properties.ts";
import { insertSeries, writeSeries } from "../store/series.ts";
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
    const imported = await compute.run("readCalendar", [textOf(request), options], asker);
    const { kept, notes } = imported;
    return mutateSeries(deps, { method, request, context }, async (tx, { now, organizationId, actor, publish }) => {
      const ids = Array.from({ length: idCount(imported) }, () => newId(now.getTime()));
      const { first, splits } = await compute.run(
        "makeImported",
        [ids, draftOf(imported, request), imported, now],
        asker,
      );
      const insert = async (made: Changed) => {
        await insertSeries(tx, organizationId, made, actor);
        await insertKeptProperties(tx, organizationId, made.series.id, kept);
        await publish({ after: made });
      };
      await insert(first);
      let before: Held = first;
      for (const { ended, continued } of splits) {
        await writeSeries(tx, organizationId, before, ended, actor);
        await publish({ after: ended, replacesConfirmed: true });
        await insert(continued);
        before = continued;
      }
      return create(ImportSeriesResponseSchema, {
        series: toSeriesMessage((splits[0]?.ended ?? first).series),
        continued: splits.map(({ continued }, index) =>
          toSeriesMessage((splits[index + 1]?.ended ?? continued).series),
        ),
        notes: notes.map((note) => ({ ...note })),
      });
    });
  };
}

/** The calendar as text, from a file where one is given. Throws where both are given, or neither. */
function textOf({ icalendar, icalendarFile }: ImportSeriesRequest): string {
  if ((icalendar === "") === (icalendarFile.length === 0)) {
    throw invalidField("icalendar", "one of icalendar and icalendar_file is required, and not both");
  }
  return icalendar === "" ? textOfBytes(icalendarFile) : icalendar;
}

function draftOf({ uid, title, pattern, maxAdvanceDays, policy }: Imported, { calendarId }: ImportSeriesRequest) {
  const ids = { calendarId: calendarId === "" ? null : calendarId, externalId: uid, icalUid: uid };
  return { title, pattern, maxAdvanceDays, ...ids, ...policy };
}
