import { throwKind } from "@calends/kit/database-errors";
import { noTravel, type TravelData } from "../domain/travel.ts";
import { touchOrganization } from "./changes.ts";
import type { Tx } from "./index.ts";

/** Reads what an organization knows of travel; nothing where it was never set. */
export async function readTravel(db: Tx, organizationId: string): Promise<TravelData> {
  const row = await db.travelTimes.findUnique({ where: { organizationId } }).catch(throwKind);
  return row === null ? noTravel : (row.data as unknown as TravelData);
}

/** Replaces what an organization knows of travel. */
export async function writeTravel(tx: Tx, organizationId: string, travel: TravelData, now: Date): Promise<void> {
  const data = {
    places: travel.places.map((place) => ({ ...place })),
    times: travel.times.map((time) => ({ ...time })),
    straightLineKmh: travel.straightLineKmh,
  };
  const values = { data, updatedAt: now };
  await tx.travelTimes
    .upsert({ where: { organizationId }, create: { organizationId, ...values }, update: values })
    .catch(throwKind);
  await touchOrganization(tx, organizationId);
}
