import type { CommitmentService } from "@calends/contracts/calends/recurrence/v1/commitment_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { listBillable } from "../store/commitments.ts";
import type { Deps } from "./deps.ts";
import { defaultPageSize } from "./window.ts";

const mostMonths = 13;

/** Reads what was booked by series and month. */
export function listBillableRpc({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof CommitmentService.method.listBillable> {
  return async ({ seriesId, firstMonth, lastMonth, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const months = indexOf(lastMonth) - indexOf(firstMonth) + 1;
    if (months < 1 || months > mostMonths) {
      throw invalidField("last_month", "last_month is not before first_month and at most a year after it");
    }
    const filter = {
      seriesId: seriesId === "" ? null : seriesId,
      from: `${firstMonth}-01`,
      to: `${monthOf(indexOf(lastMonth) + 1)}-01`,
    };
    const page = { pageSize: pageSize || defaultPageSize, pageToken };
    const { rows, nextPageToken } = await listBillable(store.db, organizationId, filter, page);
    const billable = rows.flatMap(({ series_id, month, occurrences, minutes }) =>
      month === null ? [] : [{ seriesId: series_id, month, occurrences, minutes }],
    );
    return { billable, nextPageToken };
  };
}

/** Months since the year 0. */
function indexOf(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

function monthOf(index: number): string {
  const year = Math.floor(index / 12);
  return `${String(year).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}`;
}
