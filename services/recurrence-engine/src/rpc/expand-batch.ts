import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy, type RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { compile, InvalidRuleError } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { expandInTurns } from "./expand-in-turns.ts";
import { takeTurns } from "./turns.ts";
import { fromRange, maxOccurrences } from "./window.ts";

/** Expands many sets over one window: an answer a set, so that memory stays bounded whatever the number of sets. */
export const expandBatch: MethodImpl<typeof RecurrenceService.method.expandBatch> = async function* (request, context) {
  const { fromMs, toMs } = fromRange(request.range);
  const gap = request.gapPolicy === GapPolicy.OMIT ? "omit" : "shift";
  const limit = request.maxOccurrences || maxOccurrences;
  const turn = takeTurns(context.signal);
  for (const { key, recurrence } of request.sets) {
    const found = await expandOne(recurrence, gap, { fromMs, toMs, limit, signal: context.signal });
    yield { key, ...found };
    await turn();
  }
};

interface Wanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function expandOne(recurrence: string, gap: "omit" | "shift", { fromMs, toMs, limit, signal }: Wanted) {
  try {
    const set = compile(recurrence, { gap });
    const { starts, truncated } = await expandInTurns(set, fromMs, toMs, limit, signal);
    return { starts: starts.map((start) => timestampFromMs(start)), truncated, allDay: set.valueType === "DATE" };
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const { part, value, code, message } = error;
      return { violation: { part, value, code, message } };
    }
    throw error;
  }
}
