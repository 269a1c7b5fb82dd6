import type { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { monthIndex, monthsOf } from "../domain/months.ts";
import { listZonedSeries, readBillable, type ZonedMonth, type ZonedSeries } from "../store/commitments.ts";
import type { Deps } from "./deps.ts";
import { takeTurns } from "@calends/kit/turns";
import { defaultPageSize } from "./window.ts";

const mostMonths = 13;

/** Reads what was booked by series and month. */
export function listBillableRpc({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof CommitmentService.method.listBillable> {
  return async ({ seriesId, firstMonth, lastMonth, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const length = monthIndex(lastMonth) - monthIndex(firstMonth) + 1;
    if (length < 1 || length > mostMonths) {
      throw invalidField("last_month", "last_month is not before first_month and at most a year after it");
    }
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    const one = seriesId === "" ? null : seriesId;
    const { series, nextPageToken } = await listZonedSeries(store.db, organizationId, one, page);
    const months = await monthsOfZones(series, firstMonth, lastMonth, context.signal);
    const rows = await readBillable(store.db, organizationId, series, months);
    const billable = rows.map(({ series_id, ...row }) => ({ seriesId: series_id, ...row }));
    return { billable, nextPageToken };
  };
}

/** The months of each zone once. The clock changes of a zone that nobody has asked about yet take a millisecond to find. */
async function monthsOfZones(
  series: readonly ZonedSeries[],
  firstMonth: string,
  lastMonth: string,
  signal: AbortSignal,
): Promise<ZonedMonth[]> {
  const turn = takeTurns(signal);
  const months: ZonedMonth[] = [];
  for (const timeZone of new Set(series.map((one) => one.timeZone))) {
    months.push(...monthsOf(timeZone, firstMonth, lastMonth).map((month) => ({ ...month, timeZone })));
    await turn();
  }
  return months;
}
