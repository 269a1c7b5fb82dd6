import type { PublicRoutingService, RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { validateAnswers } from "../../domain/booking-link.ts";
import { linkNotActive, noRoute } from "../../domain/errors.ts";
import { routeOf, type RoutingForm } from "../../domain/routing.ts";
import { findLinks } from "../../store/appointment-types.ts";
import { listForms, readFormBySlug } from "../../store/routing-forms.ts";
import { toQuestionMessage } from "../convert-type.ts";
import type { Deps } from "../deps.ts";
import { toFormMessage } from "./convert.ts";

const defaultPageSize = 100;

/** Reads a page of forms. */
export function listRoutingForms({ store }: Deps): MethodImpl<typeof RoutingService.method.listRoutingForms> {
  return async ({ pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const { forms, nextPageToken } = await listForms(store.db, organizationId, pageSize || defaultPageSize, pageToken);
    return { routingForms: forms.map(toFormMessage), nextPageToken };
  };
}

/** Reads the questions of a form. */
export function getRoutingForm({ store }: Deps): MethodImpl<typeof PublicRoutingService.method.getRoutingForm> {
  return async ({ slug }) => {
    const { form } = await readFormBySlug(store.db, slug);
    refuseInactiveForm(form);
    return { name: form.name, questions: form.questions.map(toQuestionMessage) };
  };
}

/** Says where the first rule that fits the answers leads. */
export function route({ store, routeTokens }: Deps): MethodImpl<typeof PublicRoutingService.method.route> {
  return async ({ slug, answers }) => {
    const { organizationId, form } = await readFormBySlug(store.db, slug);
    refuseInactiveForm(form);
    const given = answers.map(({ questionId, value }) => ({ questionId, value }));
    const { rule, target } = routeOf(form.rules, validateAnswers(form.questions, given));
    if (target.redirectUrl !== "") {
      return { rule, redirectUrl: target.redirectUrl };
    }
    const link = (await findLinks(store.db, organizationId, [target.bookingLinkId])).get(target.bookingLinkId)?.link;
    if (link === undefined) {
      throw noRoute();
    }
    const routeToken = target.calendarIds.length === 0 ? "" : routeTokens.token([link.id, ...target.calendarIds]);
    return { rule, bookingSlug: link.slug, routeToken };
  };
}

function refuseInactiveForm({ active }: RoutingForm): void {
  if (!active) {
    throw linkNotActive("is not active");
  }
}
