import { FreshnessPolicy } from "@calends/contracts/calends/availability/v1/slots_pb";
import { isFresh } from "../domain/freshness.ts";
import type { Slot } from "../domain/slots.ts";
import type { Span } from "../domain/world.ts";
import type { SlotQuestion } from "./convert-query.ts";
import type { Known } from "./world.ts";

const minuteMs = 60_000;

/**
 * From when on the time alone may make another list of slots: when the notice or start of the first has passed, at the next
 * whole minute where a horizon lets more of them in, or when a calendar that counts as up to date no longer does.
 */
export function holdsUntil(
  { rules, freshness: { policy, maxStalenessMs } }: SlotQuestion,
  { world: { nowMs }, freshness }: Pick<Known, "world" | "freshness">,
  [first]: readonly Slot[],
  { toMs }: Span,
): number {
  const passes = first === undefined ? Number.POSITIVE_INFINITY : first.startMs - rules.minNoticeMs + 1;
  const enters = nowMs + rules.horizonMs < toMs ? nowMs - (nowMs % minuteMs) + minuteMs : Number.POSITIVE_INFINITY;
  const fresh = freshness.filter((entry) => policy === FreshnessPolicy.STRICT && isFresh(entry, maxStalenessMs, nowMs));
  return Math.min(passes, enters, ...fresh.map(({ lastGoodMs }) => lastGoodMs + maxStalenessMs + 1));
}
