import { setImmediate as nextTurn } from "node:timers/promises";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { GapPolicy, type RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { compile, InvalidRuleError } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { fromRange, maxOccurrences } from "./window.ts";

/** The event loop is held no longer than this at a stretch. */
const stretchMs = 20;

/** Expands many sets over one window: an answer a set, so that memory stays bounded whatever the number of sets. */
export const expandBatch: MethodImpl<typeof RecurrenceService.method.expandBatch> = async function* (request, context) {
  const { fromMs, toMs } = fromRange(request.range);
  const gap = request.gapPolicy === GapPolicy.OMIT ? "omit" : "shift";
  const limit = request.maxOccurrences || maxOccurrences;
  let since = performance.now();
  for (const { key, recurrence } of request.sets) {
    yield { key, ...expandOne(recurrence, gap, fromMs, toMs, limit) };
    if (performance.now() - since > stretchMs) {
      await nextTurn();
      context.signal.throwIfAborted();
      since = performance.now();
    }
  }
};

function expandOne(recurrence: string, gap: "omit" | "shift", fromMs: number, toMs: number, limit: number) {
  try {
    const set = compile(recurrence, { gap });
    const { starts, truncated } = set.between(fromMs, toMs, { limit });
    return { starts: Array.from(starts, timestampFromMs), truncated, allDay: set.valueType === "DATE" };
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const { part, value, code, message } = error;
      return { violation: { part, value, code, message } };
    }
    throw error;
  }
}
