import type { PublicRoutingService, RoutingService } from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { validateAnswers, whyDead } from "../../domain/booking-link.ts";
import { linkNotActive } from "../../domain/errors.ts";
import { routeOf, type RoutingForm, type RoutingTarget } from "../../domain/routing.ts";
import { findLinks, type LinkedType } from "../../store/appointment-types.ts";
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
export function route({ store, clock, routeTokens }: Deps): MethodImpl<typeof PublicRoutingService.method.route> {
  return async ({ slug, answers }) => {
    const { organizationId, form } = await readFormBySlug(store.db, slug);
    refuseInactiveForm(form);
    const given = answers.map(({ questionId, value }) => ({ questionId, value }));
    const valid = validateAnswers(form.questions, given, "answers");
    const ids = form.rules.map(({ target }) => target.bookingLinkId).filter(Boolean);
    const links = await findLinks(store.db, organizationId, ids);
    const { rule, target } = routeOf(form.rules, valid, (one) => leads(one, links.get(one.bookingLinkId), clock.now()));
    const link = links.get(target.bookingLinkId)?.link;
    if (link === undefined) {
      return { rule, redirectUrl: target.redirectUrl };
    }
    const routeToken = target.calendarIds.length === 0 ? "" : routeTokens.token([link.id, ...target.calendarIds]);
    return { rule, bookingSlug: link.slug, routeToken };
  };
}

/** Whether a target is an address elsewhere, or a link that can be used now with one of its hosts at least. */
function leads({ redirectUrl, calendarIds }: RoutingTarget, found: LinkedType | undefined, now: Date): boolean {
  if (found === undefined) {
    return redirectUrl !== "";
  }
  const { link, type } = found;
  const hosts = new Set(type.fields.hosts.map(({ calendarId }) => calendarId));
  const hasHost = calendarIds.length === 0 || calendarIds.some((id) => hosts.has(id));
  return whyDead(link, now) === null && type.status === "active" && hasHost;
}

function refuseInactiveForm({ active }: RoutingForm): void {
  if (!active) {
    throw linkNotActive("is not active");
  }
}
