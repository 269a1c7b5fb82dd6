import type { AppointmentType } from "../domain/appointment-type.ts";
import { invalidManageLink } from "../domain/errors.ts";
import type { Deps } from "./deps.ts";

/**
 * A type with only those hosts that a routing form chose. Throws INVALID_MANAGE_LINK for a token that was not made here,
 * is of another link, or names hosts that the type no longer has.
 */
export function routedType(
  { routeTokens }: Pick<Deps, "routeTokens">,
  linkId: string,
  type: AppointmentType,
  token: string,
): AppointmentType {
  if (token === "") {
    return type;
  }
  const [ofLink, ...calendarIds] = routeTokens.read(token);
  const hosts = type.fields.hosts.filter(({ calendarId }) => calendarIds.includes(calendarId));
  if (ofLink !== linkId || hosts.length === 0) {
    throw invalidManageLink();
  }
  return { ...type, fields: { ...type.fields, hosts } };
}
