import type { CompiledSet } from "@calends/recurrence";
import { takeTurns } from "@calends/kit/turns";

const chunk = 1_000;
/** The clock changes of a zone that nobody has asked about yet take half a millisecond a year to find. */
const pieceMs = 10 * 366 * 86_400_000;

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
    const end = Math.min(begin + pieceMs, toMs);
    const { starts, truncated } = set.between(begin, end, { limit: Math.min(chunk, limit - found.length) });
    found.push(...starts);
    const isEnough = found.length >= limit && truncated;
    if (isEnough || (!truncated && end === toMs)) {
      return { starts: found, truncated };
    }
    begin = truncated ? (found.at(-1) ?? begin) + 1 : end;
    await turn();
  }
}
