import { create } from "@bufbuild/protobuf";
import {
  CommitmentSchema,
  type Commitment,
  type CommitmentService,
} from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import type { MethodImpl } from "@connectrpc/connect";
import type { Series } from "../domain/series-types.ts";
import { listCommitments, type CommitmentRow } from "../store/commitments.ts";
import { readManySeries } from "../store/series.ts";
import { toSeriesMessage } from "./convert-series.ts";
import type { Deps } from "./deps.ts";
import { defaultPageSize, fromRange } from "./window.ts";

const [dayMs, weekMs] = [86_400_000, 7 * 86_400_000];
const maxDays = 400;

/** Reads a page of active series, each with what it takes in a range. */
export function listCommitmentsRpc({
  store,
  clock,
}: Pick<Deps, "store" | "clock">): MethodImpl<typeof CommitmentService.method.listCommitments> {
  return async ({ calendarId, range, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const nowMs = clock.now().getTime();
    const { fromMs, toMs } = range === undefined ? { fromMs: nowMs, toMs: nowMs + 4 * weekMs } : fromRange(range);
    if (toMs - fromMs > maxDays * dayMs) {
      throw invalidField("range.end_time", `a range is at most ${maxDays} days long`);
    }
    const filter = { calendarId: calendarId === "" ? null : calendarId, from: new Date(fromMs), to: new Date(toMs) };
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    const { rows, nextPageToken } = await listCommitments(store.db, organizationId, filter, page);
    const ids = rows.map(({ series_id }) => series_id);
    const series = new Map((await readManySeries(store.db, organizationId, ids)).map((one) => [one.id, one]));
    const weeks = (toMs - fromMs) / weekMs;
    const commitments = rows.map((row) => toCommitment(row, must(series.get(row.series_id), "series"), weeks));
    return { commitments, nextPageToken };
  };
}

function toCommitment(
  { minutes, occurrences, conflicts, skips }: CommitmentRow,
  series: Series,
  weeks: number,
): Commitment {
  const hoursPerWeek = minutes / 60 / weeks;
  return create(CommitmentSchema, { series: toSeriesMessage(series), hoursPerWeek, occurrences, conflicts, skips });
}
