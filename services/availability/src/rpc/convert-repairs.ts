import type { Repairs } from "../domain/drift.ts";

/** What was repaired, as a message. */
export function toRepairsMessage({ missing, extra, wrong }: Repairs) {
  return { missing: BigInt(missing), extra: BigInt(extra), wrong: BigInt(wrong) };
}
