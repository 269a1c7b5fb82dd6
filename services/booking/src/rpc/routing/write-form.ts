import { create } from "@bufbuild/protobuf";
import {
  CreateRoutingFormResponseSchema,
  RoutingService,
  UpdateRoutingFormResponseSchema,
} from "@calends/contracts/calends/booking/v1/routing_service_pb";
import { memberOf } from "@calends/kit/call";
import { invalidField } from "@calends/kit/domain-error";
import { mutateOnce } from "@calends/kit/idempotency";
import { newId } from "@calends/kit/ids";
import type { MethodImpl } from "@connectrpc/connect";
import { validateRouting, type RoutingFields, type RoutingForm } from "../../domain/routing.ts";
import { findLinks } from "../../store/appointment-types.ts";
import type { Tx } from "../../store/index.ts";
import { insertForm, updateForm } from "../../store/routing-forms.ts";
import type { Deps } from "../deps.ts";
import { fromFormFields, toFormMessage } from "./convert.ts";

const creation = RoutingService.method.createRoutingForm;
const update = RoutingService.method.updateRoutingForm;

/** Adds a form. */
export function createRoutingForm({ store, clock }: Deps): MethodImpl<typeof creation> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const fields = fromFormFields(request.fields);
    validateRouting(fields);
    const work = async (tx: Tx) => {
      await refuseUnknownLinks(tx, organizationId, fields);
      const now = clock.now();
      const form: RoutingForm = { id: newId(now.getTime()), ...fields, version: 1n, createdAt: now };
      await insertForm(tx, organizationId, form);
      return create(CreateRoutingFormResponseSchema, { routingForm: toFormMessage(form) });
    };
    const { db, transaction } = store;
    return mutateOnce({ method: creation, organizationId, request, sql: db, transaction, work });
  };
}

/** Replaces a form's fields. */
export function updateRoutingForm({ store }: Deps): MethodImpl<typeof update> {
  return (request, context) => {
    const { organizationId } = memberOf(context);
    const fields = fromFormFields(request.fields);
    validateRouting(fields);
    const work = async (tx: Tx) => {
      await refuseUnknownLinks(tx, organizationId, fields);
      const form = await updateForm(tx, organizationId, request.routingFormId, fields);
      return create(UpdateRoutingFormResponseSchema, { routingForm: toFormMessage(form) });
    };
    const { db, transaction } = store;
    return mutateOnce({ method: update, organizationId, request, sql: db, transaction, work });
  };
}

/** Throws naming the rule whose link the organization does not have, or whose hosts are not of the link's type. */
async function refuseUnknownLinks(tx: Tx, organizationId: string, { rules }: RoutingFields): Promise<void> {
  const links = await findLinks(tx, organizationId, rules.map(({ target }) => target.bookingLinkId).filter(Boolean));
  rules.forEach(({ target }, index) => {
    const field = `fields.rules[${index}].target`;
    const hosts = links.get(target.bookingLinkId)?.type.fields.hosts.map(({ calendarId }) => calendarId) ?? [];
    if (target.bookingLinkId !== "" && !links.has(target.bookingLinkId)) {
      throw invalidField(`${field}.booking_link_id`, "Booking link not found or access denied");
    }
    const stranger = target.calendarIds.findIndex((id) => !hosts.includes(id));
    if (stranger >= 0) {
      throw invalidField(`${field}.calendar_ids[${stranger}]`, "not a host of the link's type");
    }
  });
}
