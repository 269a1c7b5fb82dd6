import { throwKind } from "@calends/kit/database-errors";
import type { BundleFamily } from "../domain/bundle-family.ts";
import type { Held } from "../domain/time-record.ts";
import type { Tx } from "./index.ts";
import { readHeld } from "./time-writes.ts";

/** Keeps the times that were made on a bundle from being changed by others until the transaction ends. */
export async function lockBundleTimes(tx: Tx, organizationId: string, bundleId: string): Promise<void> {
  // Ordered, so that two such transactions do not wait for each other.
  await tx.$queryRaw`
    SELECT 1 FROM calendar_times
    WHERE organization_id = ${organizationId}::uuid AND bundle_calendar_id = ${bundleId}::uuid AND master_id IS NULL
    ORDER BY id FOR UPDATE`.catch(throwKind);
}

/** Reads the times that were made on a bundle, of both kinds, in a number of queries that does not depend on how many. */
export async function readBundleFamilies(tx: Tx, organizationId: string, bundleId: string): Promise<BundleFamily[]> {
  const all = await readHeld(tx, organizationId, { bundleCalendarId: bundleId, masterId: null });
  const followers = Map.groupBy(all, ({ time }) => time.bundlePrimaryId);
  return (followers.get(null) ?? []).map((held) => ({ held, followers: followers.get(held.time.id) ?? [] }));
}

/** Writes that a record, with its exceptions, stands on another calendar. Throws "exists" where its external id is used. */
export async function writePlace(tx: Tx, organizationId: string, { time }: Held): Promise<void> {
  const { id, calendarId, version, updatedAt } = time;
  await tx.calendarTime
    .update({
      where: { organizationId_id: { organizationId, id } },
      data: { calendarId, version, updatedAt },
    })
    .catch(throwKind);
  await tx.calendarTime.updateMany({ where: { organizationId, masterId: id }, data: { calendarId } }).catch(throwKind);
}
