import type { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { checkDrift } from "../read-model/check-drift.ts";
import { toRepairsMessage } from "./convert-repairs.ts";
import { ownerFor, type ReadModelDeps } from "./owner.ts";

/** Looks for differences from booking that still matter, repairs and counts them. */
export function checkDriftRpc(deps: ReadModelDeps): MethodImpl<typeof ReadModelService.method.checkDrift> {
  return async (_request, context) => {
    const { organizationId, owner } = ownerFor(deps, context);
    const { calendarsCompared, calendarsDiffered, repairs } = await checkDrift(deps, organizationId, owner);
    return {
      calendarsCompared: BigInt(calendarsCompared),
      calendarsDiffered: BigInt(calendarsDiffered),
      repairs: toRepairsMessage(repairs),
    };
  };
}
