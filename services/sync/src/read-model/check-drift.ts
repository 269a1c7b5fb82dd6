import type { Clock } from "@calends/kit/clock";
import type { Logger } from "@calends/kit/logger";
import type { Metrics } from "@calends/kit/metrics";
import { differs, sumRepairs, type Repairs } from "../domain/drift.ts";
import { batchSize, type OwnedVersion, type Owner, type VersionPage } from "../owner.ts";
import type { Store } from "../store/index.ts";
import { listSeen, readSeen, repairShown, type SeenVersion } from "../store/read-model.ts";

/** What comparing works with. */
export interface RebuildDeps {
  readonly store: Store;
  readonly logger: Logger;
}

/** What the check works with. */
export interface DriftDeps extends RebuildDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** How many bookings and sessions were compared, and what was repaired. */
export interface Report {
  readonly compared: number;
  readonly repairs: Repairs;
}

/** How long an event may be on its way before what it tells is called missing. */
const settleMs = 30_000;
const readModel = "feeds";

/**
 * Compares the versions that feeds show of an organization's bookings with booking's. Where they differ, what is shown is
 * repaired; what really differed is counted and logged. What was changed in the last seconds may still come by event.
 */
export async function checkDrift(deps: DriftDeps, organizationId: string, owner: Owner): Promise<Report> {
  const settledBefore = new Date(deps.clock.now().getTime() - settleMs);
  const report = await compareAll(deps, organizationId, owner, (owned, seen) => isDrift(owned, seen, settledBefore));
  const { missing, extra, wrong } = report.repairs;
  for (const [kind, count] of Object.entries({ missing, extra, wrong })) {
    deps.metrics.readModelDrift.inc({ read_model: readModel, kind }, count);
  }
  if (differs(report.repairs)) {
    const counts = { organizationId, readModel, missing, extra, wrong };
    deps.logger.warn(counts, "a read model had drifted and was repaired");
  }
  return report;
}

/**
 * Makes what feeds show of an organization from nothing but booking. It may run while events arrive, and may be repeated.
 */
export async function rebuild(deps: RebuildDeps, organizationId: string, owner: Owner): Promise<Report> {
  const report = await compareAll(deps, organizationId, owner, () => true);
  const { missing, extra, wrong } = report.repairs;
  deps.logger.info({ organizationId, compared: report.compared, missing, extra, wrong }, "a read model was rebuilt");
  return report;
}

type Judge = (owned: OwnedVersion | undefined, seen: SeenVersion | undefined) => boolean;

function isDrift(owned: OwnedVersion | undefined, seen: SeenVersion | undefined, settledBefore: Date): boolean {
  if (owned === undefined) {
    return true;
  }
  const seenVersion = seen?.version ?? 0n;
  const onItsWay = seenVersion < owned.version && owned.updatedAt > settledBefore;
  return seenVersion !== owned.version && !onItsWay;
}

async function compareAll(deps: RebuildDeps, organizationId: string, owner: Owner, judge: Judge): Promise<Report> {
  const all: Repairs[] = [];
  let compared = 0;
  let after: string | null = null;
  for await (const page of owner.versions()) {
    const { upTo }: VersionPage = page;
    const seen = new Map(
      (await listSeen(deps.store.db, organizationId, { after, upTo })).map((version) => [version.id, version]),
    );
    const owned = new Map(page.versions.map((version) => [version.id, version]));
    const ids = [...new Set([...owned.keys(), ...seen.keys()])].sort();
    const differing = ids.filter((id) => judge(owned.get(id), seen.get(id)));
    for (let from = 0; from < differing.length; from += batchSize) {
      all.push(await reconcile(deps, organizationId, owner, differing.slice(from, from + batchSize), owned));
    }
    compared += ids.length;
    after = upTo;
  }
  return { compared, repairs: sumRepairs(all) };
}

/**
 * The read model is read before the owner is asked: what the owner says is then at least as new, and what it does not have
 * does not exist.
 */
async function reconcile(
  { store }: RebuildDeps,
  organizationId: string,
  owner: Owner,
  ids: readonly string[],
  owned: ReadonlyMap<string, OwnedVersion>,
): Promise<Repairs> {
  const seen = await readSeen(store.db, organizationId, ids);
  const bookingIds = new Set(ids.map((id) => owned.get(id)?.bookingId ?? id));
  const shown = await owner.shown([...bookingIds]);
  const repairs = ids.map((id) => ({ id, seenVersion: seen.get(id) ?? null, shown: shown.get(id) ?? null }));
  return store.transaction((tx) => repairShown(tx, organizationId, repairs));
}
