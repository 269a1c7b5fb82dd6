import type { PublicRoutingService, RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../deps.ts";
import { getRoutingForm, listRoutingForms, route } from "./read-forms.ts";
import { createRoutingForm, updateRoutingForm } from "./write-form.ts";

/** The RPCs of RoutingService. */
export function routingRpcs(deps: Deps): ServiceImpl<typeof RoutingService> {
  return {
    createRoutingForm: createRoutingForm(deps),
    updateRoutingForm: updateRoutingForm(deps),
    listRoutingForms: listRoutingForms(deps),
  };
}

/** The RPCs of PublicRoutingService. */
export function publicRoutingRpcs(deps: Deps): ServiceImpl<typeof PublicRoutingService> {
  return { getRoutingForm: getRoutingForm(deps), route: route(deps) };
}
