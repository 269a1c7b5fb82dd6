import { create } from "@bufbuild/protobuf";
import {
  SetTravelTimesResponseSchema,
  TravelService,
} from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { validateTravel } from "../domain/travel.ts";
import type { Tx } from "../store/index.ts";
import { writeTravel } from "../store/travel-times.ts";
import { fromTravelMessage, toTravelMessage } from "./convert-travel.ts";
import type { Deps } from "./deps.ts";

const method = TravelService.method.setTravelTimes;

/** Replaces the organization's places and travel times. */
export function setTravelTimes({ store, clock }: Deps): MethodImpl<typeof method> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const travel = fromTravelMessage(request.travelTimes);
    validateTravel(travel, "travel_times");
    const work = async (tx: Tx) => {
      await writeTravel(tx, organizationId, travel, clock.now());
      return create(SetTravelTimesResponseSchema, { travelTimes: toTravelMessage(travel) });
    };
    return mutateOnce({ method, organizationId, request, sql: store.db, transaction: store.transaction, work });
  };
}
