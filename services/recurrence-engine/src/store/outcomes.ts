import { throwKind } from "@calends/kit/database-errors";
import { decodePageToken, pageOf } from "@calends/kit/paging";
import type { PlannedOccurrence as PlannedRow } from "../gen/prisma/client.ts";
import type { Tx } from "./index.ts";
import type { Outcome, SeriesKey } from "./planned.ts";

/** A date that has been planned or skipped, and what came of it. */
export interface KeptOccurrence {
  readonly recurrenceId: Date;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly bookingId: string | null;
}

/** Reads a page of a series' dates by original start. */
export async function listPlanned(
  db: Tx,
  key: SeriesKey,
  pageSize: number,
  pageToken: string,
): Promise<{ occurrences: KeptOccurrence[]; nextPageToken: string }> {
  const after = decodePageToken(pageToken, ["instant"])?.[0];
  const where = { ...key, ...(after === undefined ? {} : { recurrenceId: { gt: new Date(after) } }) };
  const rows = await db.plannedOccurrence
    .findMany({ where, orderBy: { recurrenceId: "asc" }, take: pageSize + 1 })
    .catch(throwKind);
  const page = pageOf(rows, pageSize, ({ recurrenceId }) => [recurrenceId.toISOString()]);
  return { occurrences: page.rows.map(toKept), nextPageToken: page.nextPageToken };
}

function toKept(row: PlannedRow): KeptOccurrence {
  const { recurrenceId, takesFrom, takesTo, planReason, settledReason, bookingId } = row;
  return {
    recurrenceId,
    startsAt: takesFrom,
    endsAt: takesTo,
    outcome: row.outcome as Outcome,
    reason: row.settled === null ? planReason : settledReason,
    bookingId,
  };
}
