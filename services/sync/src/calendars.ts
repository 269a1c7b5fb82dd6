import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { outgoing } from "@calends/kit/call";
import { DomainError, notFound } from "@calends/kit/domain-error";
import type { Signer } from "@calends/kit/identity";
import { Code, ConnectError, createClient, type HandlerContext, type Transport } from "@connectrpc/connect";

/** What sync asks of availability, which owns the calendars. */
export interface Calendars {
  /** Throws "not found" for a calendar that the organization does not have, and "unavailable" where nobody can be asked. */
  mustExist(organizationId: string, calendarId: string, context: HandlerContext): Promise<void>;
}

const scopes = ["calendars:read"];

/** Makes the client of availability; sync speaks for the organization, with no more than this scope. */
export function createCalendars(transport: Transport, signer: Signer): Calendars {
  const client = createClient(CalendarService, transport);
  return {
    async mustExist(organizationId, calendarId, context) {
      const authorization = await signer.bearer({ organizationId, subject: "sync", scopes }, "availability");
      await client.getCalendar({ calendarId }, outgoing(context, { authorization })).catch(throwKnown);
    },
  };
}

function throwKnown(error: unknown): never {
  if (ConnectError.from(error).code === Code.NotFound) {
    throw notFound("Calendar");
  }
  const message = "availability, which knows the calendars, cannot be reached; try again";
  throw new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message, { cause: error, retryAfterMs: 1_000 });
}
