import type { Allocation } from "@calends/contracts/calends/booking/v1/booking_pb";
import { activeSpans } from "../allocation-spans.ts";
import { applyBusy } from "../store/busy.ts";
import type { Store } from "../store/index.ts";

/** What takes time in booking, in one version of it: a booking or a group session. */
export interface Taker {
  readonly id: string;
  readonly version: bigint;
  readonly allocations: readonly Allocation[];
}

/** Applies what a taker takes, unless something newer is known, and tells who looks at the calendars. */
export async function applyTaken(store: Store, organizationId: string, taker: Taker): Promise<void> {
  const { id: sourceId, version, allocations } = taker;
  const source = { organizationId, source: "booking" as const, sourceId, version };
  await store.quickly((tx) => applyBusy(tx, source, activeSpans(allocations)));
}
