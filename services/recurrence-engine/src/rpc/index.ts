import type { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import { convertRule } from "./convert-rule-rpc.ts";
import { count } from "./count.ts";
import type { Deps, SetDeps } from "./deps.ts";
import { describeRpc } from "./describe.ts";
import { expandBatch } from "./expand-batch.ts";
import { expand } from "./expand.ts";
import { next } from "./next.ts";
import { normalize } from "./normalize.ts";
import { parse } from "./parse.ts";
import { previous } from "./previous.ts";
import { cancelOccurrence } from "./cancel-occurrence.ts";
import { cancelSeries } from "./cancel-series.ts";
import { changeOccurrence } from "./change-occurrence.ts";
import { createSeries } from "./create-series.ts";
import { extendSeries } from "./extend-series.ts";
import { getSeries } from "./get-series.ts";
import { listOccurrences } from "./list-occurrences.ts";
import { listUpcoming } from "./list-upcoming.ts";
import { pauseSeries } from "./pause-series.ts";
import { restoreOccurrence } from "./restore-occurrence.ts";
import { resumeSeries } from "./resume-series.ts";
import { splitSeries } from "./split-series.ts";
import { updateSeries } from "./update-series.ts";
import { exportSeries } from "./export-series.ts";
import { importSeries } from "./import-series.ts";
import { listBillableRpc } from "./list-billable.ts";
import { listCommitmentsRpc } from "./list-commitments.ts";
import { listOutcomes } from "./list-outcomes.ts";
import { previewSeries } from "./preview-series.ts";
import { listSeriesRpc } from "./list-series.ts";
import { listVersionsRpc } from "./list-versions.ts";
import { validate } from "./validate.ts";

/** The RPCs of RecurrenceService. */
export function recurrenceRpcs(deps: SetDeps): ServiceImpl<typeof RecurrenceService> {
  return {
    validate: validate(deps),
    normalize: normalize(deps),
    parse,
    convertRule,
    expand: expand(deps),
    expandBatch: expandBatch(deps),
    next: next(deps),
    previous: previous(deps),
    count: count(deps),
    describe: describeRpc(deps),
  };
}

/** The RPCs of SeriesService. */
export function seriesRpcs(deps: Deps): ServiceImpl<typeof SeriesService> {
  return {
    cancelOccurrence: cancelOccurrence(deps),
    cancelSeries: cancelSeries(deps),
    changeOccurrence: changeOccurrence(deps),
    createSeries: createSeries(deps),
    extendSeries: extendSeries(deps),
    getSeries: getSeries(deps),
    listOccurrences: listOccurrences(deps),
    listUpcoming: listUpcoming(deps),
    pauseSeries: pauseSeries(deps),
    restoreOccurrence: restoreOccurrence(deps),
    resumeSeries: resumeSeries(deps),
    splitSeries: splitSeries(deps),
    updateSeries: updateSeries(deps),
    previewSeries: previewSeries(deps),
    listOutcomes: listOutcomes(deps),
    listSeries: listSeriesRpc(deps),
    listVersions: listVersionsRpc(deps),
    exportSeries: exportSeries(deps),
    importSeries: importSeries(deps),
  };
}

/** The RPCs of CommitmentService. */
export function commitmentRpcs(deps: Pick<Deps, "store" | "clock">): ServiceImpl<typeof CommitmentService> {
  return { listCommitments: listCommitmentsRpc(deps), listBillable: listBillableRpc(deps) };
}
