import type { ReadModelService } from "@calends/contracts/calends/availability/v1/read_model_service_pb";
import type { MethodImpl } from "@connectrpc/connect";
import { rebuild } from "../read-model/rebuild.ts";
import { toRepairsMessage } from "./convert-repairs.ts";
import { ownerFor, type ReadModelDeps } from "./owner.ts";

/** Makes the read model from nothing but booking. */
export function rebuildRpc(deps: ReadModelDeps): MethodImpl<typeof ReadModelService.method.rebuild> {
  return async (_request, context) => {
    const { organizationId, owner } = ownerFor(deps, context);
    const { bookings, repairs } = await rebuild(deps, organizationId, owner);
    return { bookings: BigInt(bookings), repairs: toRepairsMessage(repairs) };
  };
}
