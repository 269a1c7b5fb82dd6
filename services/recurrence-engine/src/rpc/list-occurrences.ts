import type { SeriesService } from "@calends/contracts/calends/recurrence/v1/series_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import type { MethodImpl } from "@connectrpc/connect";
import { readHeld } from "../store/series.ts";
import { toOccurrenceMessages } from "./convert-series.ts";
import { findOccurrences } from "./find-occurrences.ts";
import { askerOf } from "./asker.ts";
import type { Deps } from "./deps.ts";
import { fromRange, maxOccurrences } from "./window.ts";

const maxDays = 400;

/** Lists the occurrences of a series in progress in a range, exceptions applied. */
export function listOccurrences({ store, compute }: Deps): MethodImpl<typeof SeriesService.method.listOccurrences> {
  return async ({ seriesId, range, includeCancelled, maxOccurrences: most }, context) => {
    const { organizationId } = memberOf(context);
    const { fromMs, toMs } = fromRange(range);
    if (toMs - fromMs > maxDays * 86_400_000) {
      throw invalidField("range.end_time", `a range is at most ${maxDays} days long`);
    }
    const held = await readHeld(store.db, organizationId, seriesId);
    const window = { fromMs, toMs, includeCancelled, inProgress: true, limit: most || maxOccurrences };
    const { occurrences, truncated } = await findOccurrences(compute, held, window, askerOf(context));
    return { occurrences: await toOccurrenceMessages(seriesId, occurrences, context.signal), truncated };
  };
}
