import type { CompiledSet } from "@calends/recurrence";
import { takeTurns } from "./turns.ts";

const chunk = 1_000;

/** Lists the first starts of a set in [fromMs, toMs), piece by piece, so that others have their turn. */
export async function expandInTurns(
  set: CompiledSet,
  fromMs: number,
  toMs: number,
  limit: number,
  signal?: AbortSignal,
): Promise<{ starts: number[]; truncated: boolean }> {
  const found: number[] = [];
  const turn = takeTurns(signal);
  for (let begin = fromMs; ;) {
    const { starts, truncated } = set.between(begin, toMs, { limit: Math.min(chunk, limit - found.length) });
    found.push(...starts);
    const last = found.at(-1);
    if (!truncated || last === undefined || found.length >= limit) {
      return { starts: found, truncated };
    }
    begin = last + 1;
    await turn();
  }
}
