import { offerAgain } from "../store/series-plan.ts";
import type { ConsumerDeps } from "./deps.ts";

const reachMs = 400 * 86_400_000;

/**
 * Offers dates again that could not be booked, because what was in their way may be gone: those near a span, or where the
 * event says what is and not what was, every placeholder of the organization.
 */
export async function offerPlaceholders(
  { store, clock }: Pick<ConsumerDeps, "store" | "clock">,
  organizationId: string,
  near?: { readonly from: Date; readonly to: Date },
): Promise<void> {
  const now = clock.now();
  const span = near ?? { from: now, to: new Date(now.getTime() + reachMs) };
  await store.transaction((tx) => offerAgain(tx, organizationId, span, now, true));
}
