import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { compileSet } from "./window.ts";

/** Counts the occurrences of a set. */
export const count: MethodImpl<typeof RecurrenceService.method.count> = ({ recurrence, gapPolicy }) => {
  const found = compileSet(recurrence, gapPolicy).count();
  return Number.isFinite(found) ? { count: BigInt(found) } : { infinite: true };
};
