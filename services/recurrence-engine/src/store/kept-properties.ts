import { throwKind } from "@calends/kit/database-errors";
import type { Tx } from "./index.ts";

/** Keeps the properties of an imported event that mean nothing to a series, as content lines; none where there are none. */
export async function insertKeptProperties(
  tx: Tx,
  organizationId: string,
  seriesId: string,
  lines: readonly string[],
): Promise<void> {
  if (lines.length > 0) {
    await tx.keptProperties.create({ data: { organizationId, seriesId, lines: lines.join("\n") } }).catch(throwKind);
  }
}

/** Reads the properties that are kept of a series, as content lines. */
export async function readKeptProperties(db: Tx, organizationId: string, seriesId: string): Promise<string[]> {
  const where = { organizationId_seriesId: { organizationId, seriesId } };
  const row = await db.keptProperties.findUnique({ where }).catch(throwKind);
  return row === null ? [] : row.lines.split("\n");
}
