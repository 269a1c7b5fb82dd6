import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import { DomainError } from "@calends/kit/domain-error";
import { InvalidRuleError } from "@calends/recurrence";
import type { MethodImpl } from "@connectrpc/connect";
import { askerOf } from "./asker.ts";
import type { SetDeps } from "./deps.ts";
import { findStarts, type FoundStarts } from "./find-starts.ts";
import { takeTurns } from "@calends/kit/turns";
import { fromRange, gapOf, maxOccurrences } from "./window.ts";

/** Expands many sets over one window: an answer a set, so that memory stays bounded whatever the number of sets. */
export function expandBatch({ compute }: SetDeps): MethodImpl<typeof RecurrenceService.method.expandBatch> {
  return async function* (request, context) {
    const search = { ...fromRange(request.range), limit: request.maxOccurrences || maxOccurrences };
    const gap = gapOf(request.gapPolicy);
    const asker = askerOf(context);
    const turn = takeTurns(context.signal);
    for (const { key, recurrence } of request.sets) {
      yield { key, ...(await orViolation(() => findStarts(compute, { text: recurrence, gap }, search, asker))) };
      await turn();
    }
  };
}

async function orViolation(find: () => Promise<FoundStarts>) {
  try {
    const { starts, ...found } = await find();
    return { ...found, starts: starts.map((start) => timestampFromMs(start)) };
  } catch (error) {
    if (error instanceof InvalidRuleError) {
      const { part, value, code, message } = error;
      return { violation: { part, value, code, message } };
    }
    if (error instanceof DomainError && error.kind === "exhausted") {
      return { violation: { part: "set", value: "", code: "TOO_LARGE", message: error.message } };
    }
    throw error;
  }
}
