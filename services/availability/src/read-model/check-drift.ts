import type { Clock } from "@calends/kit/clock";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import type { CalendarSummary } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { differs, sumRepairs, type Repairs } from "../domain/drift.ts";
import { batchSize, type Owner } from "../owner.ts";
import type { Store } from "../store/index.ts";
import { listBookingsOn, summarizeBusy, type BusySummary } from "../store/read-model.ts";
import { reconcile } from "./reconcile.ts";

/** What the check works with. */
export interface DriftDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What a check of one organization has found and repaired. */
export interface DriftReport {
  readonly calendarsCompared: number;
  readonly calendarsDiffered: number;
  readonly repairs: Repairs;
}

/** How long an event may be on its way before what it tells is called missing. */
const settleMs = 30_000;
const readModel = "busy";

/**
 * Compares the busy time of an organization that is not over yet with booking, calendar by calendar, by checksum. Where
 * they differ, each booking is compared and repaired; what really differed is counted and logged.
 */
export async function checkDrift(deps: DriftDeps, organizationId: string, owner: Owner): Promise<DriftReport> {
  const { store, clock } = deps;
  const endsAfter = clock.now();
  let report: DriftReport = { calendarsCompared: 0, calendarsDiffered: 0, repairs: sumRepairs([]) };
  let after: string | null = null;
  for await (const { summaries, nextPageToken } of owner.summaries(endsAfter)) {
    const upTo: string | null = nextPageToken === "" ? null : (summaries.at(-1)?.calendarId ?? null);
    const ours = await summarizeBusy(store.db, organizationId, endsAfter, { after, upTo });
    const { compared, differing } = compareSummaries(summaries, ours);
    for (const calendarId of differing) {
      const repairs = await checkCalendar(deps, organizationId, owner, calendarId, endsAfter);
      report = { ...report, repairs: sumRepairs([report.repairs, repairs]) };
    }
    report = {
      ...report,
      calendarsCompared: report.calendarsCompared + compared,
      calendarsDiffered: report.calendarsDiffered + differing.length,
    };
    after = upTo;
  }
  tell(deps, organizationId, report);
  return report;
}

type Summary = Pick<CalendarSummary | BusySummary, "calendarId" | "count" | "checksum">;

function compareSummaries(theirs: readonly Summary[], ours: readonly Summary[]) {
  const keysOf = (summaries: readonly Summary[]) =>
    new Map(summaries.map(({ calendarId, count, checksum }) => [calendarId, `${count} ${checksum}`]));
  const [owned, known] = [keysOf(theirs), keysOf(ours)];
  const calendarIds = [...new Set([...owned.keys(), ...known.keys()])];
  return { compared: calendarIds.length, differing: calendarIds.filter((id) => owned.get(id) !== known.get(id)) };
}

async function checkCalendar(
  { store, clock }: DriftDeps,
  organizationId: string,
  owner: Owner,
  calendarId: string,
  endsAfter: Date,
): Promise<Repairs> {
  const ids = new Set(await listBookingsOn(store.db, organizationId, calendarId, endsAfter));
  for await (const bookings of owner.bookingsOn(calendarId, endsAfter)) {
    bookings.forEach(({ id }) => ids.add(id));
  }
  const settledBefore = new Date(clock.now().getTime() - settleMs);
  const all: Repairs[] = [];
  for (const batch of batchesOf([...ids].sort())) {
    all.push(await reconcile({ store, owner, organizationId, settledBefore }, batch));
  }
  return sumRepairs(all);
}

function batchesOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / batchSize);
  return Array.from({ length: count }, (_, index) => ids.slice(index * batchSize, (index + 1) * batchSize));
}

function tell({ metrics, logger }: DriftDeps, organizationId: string, { repairs }: DriftReport): void {
  const { missing, extra, wrong } = repairs;
  for (const [kind, count] of Object.entries({ missing, extra, wrong })) {
    metrics.readModelDrift.inc({ read_model: readModel, kind }, count);
  }
  if (differs(repairs)) {
    logger.warn({ organizationId, readModel, missing, extra, wrong }, "a read model had drifted and was repaired");
  }
}
