import { memberOf, outgoing } from "@calends/kit/call";
import { DomainError } from "@calends/kit/domain-error";
import type { HandlerContext } from "@connectrpc/connect";
import type { AskOwner, Owner } from "../owner.ts";
import type { DriftDeps } from "../read-model/check-drift.ts";

/** What handlers of ReadModelService work with; nobody to ask where booking's address is not configured. */
export interface ReadModelDeps extends DriftDeps {
  readonly askOwner: AskOwner | undefined;
}

/** Whom to ask about the caller's organization. Throws "unavailable" where booking's address is not configured. */
export function ownerFor(
  { askOwner }: ReadModelDeps,
  context: HandlerContext,
): { organizationId: string; owner: Owner } {
  const { organizationId } = memberOf(context);
  if (askOwner === undefined) {
    throw new DomainError(
      "unavailable",
      "DEPENDENCY_UNAVAILABLE",
      "booking cannot be asked: BOOKING_TARGET is not set",
    );
  }
  return { organizationId, owner: askOwner(organizationId, () => outgoing(context)) };
}
