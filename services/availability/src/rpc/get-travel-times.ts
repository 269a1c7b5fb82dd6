import type { TravelService } from "@calends/contracts/calends/availability/v1/travel_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { readTravel } from "../store/travel-times.ts";
import { toTravelMessage } from "./convert-travel.ts";
import type { Deps } from "./deps.ts";

/** Reads the organization's places and travel times. */
export function getTravelTimes({ store }: Deps): MethodImpl<typeof TravelService.method.getTravelTimes> {
  return async (_, context) => {
    const { organizationId } = memberOf(context);
    return { travelTimes: toTravelMessage(await readTravel(store.db, organizationId)) };
  };
}
