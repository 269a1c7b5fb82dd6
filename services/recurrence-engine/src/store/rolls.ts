import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";
import type { SeriesKey } from "./planned.ts";

/** How far a series has been planned, and when that is looked at again. */
export interface Roll {
  readonly plannedUntil: Date;
  readonly nextRollAt: Date;
}

/** Reads how far a series has been planned; null where nothing of it is left to plan. */
export async function readRoll(tx: Tx, { organizationId, seriesId }: SeriesKey): Promise<Roll | null> {
  const where = { organizationId_seriesId: { organizationId, seriesId } };
  return tx.seriesRoll.findUnique({ where }).catch(throwKind);
}

/** Writes how far a series has been planned; null where nothing of it is left to plan. */
export async function writeRoll(tx: Tx, key: SeriesKey, roll: Roll | null): Promise<void> {
  if (roll === null) {
    await tx.seriesRoll.deleteMany({ where: { ...key } }).catch(throwKind);
    return;
  }
  const where = { organizationId_seriesId: { ...key } };
  const values = { plannedUntil: roll.plannedUntil, nextRollAt: roll.nextRollAt };
  await tx.seriesRoll.upsert({ where, create: { ...key, ...values }, update: values }).catch(throwKind);
}

/** Series whose plan is to be looked at, those that wait longest first, in every organization. */
export async function findDueRolls(db: Tx, now: Date, limit: number): Promise<SeriesKey[]> {
  const select = { organizationId: true, seriesId: true };
  const orderBy = [{ nextRollAt: "asc" as const }, { seriesId: "asc" as const }];
  return db.seriesRoll.findMany({ where: { nextRollAt: { lte: now } }, select, orderBy, take: limit }).catch(throwKind);
}

/** Looks at a series' plan later, after an attempt that failed. */
export async function postponeRoll(db: Tx, key: SeriesKey, nextRollAt: Date): Promise<void> {
  await db.seriesRoll.updateMany({ where: { ...key }, data: { nextRollAt } }).catch(throwKind);
}
