import { CalendarService } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { memberOf } from "@calends/kit/call";
import type { ServerConfig } from "@calends/kit/config";
import { notFound } from "@calends/kit/domain-error";
import { meshPermissions } from "@calends/kit/issuer-permissions";
import { startService, type Overrides } from "@calends/kit/service";

/** Where availability is asked: its contract, gate and scopes, with calendars that a test names as missing. */
export interface CalendarsStandIn {
  /** Calendars that nobody has. */
  readonly missing: Set<string>;
  /** Ends it, as if availability were down. */
  stop(): Promise<void>;
}

/** Starts it at the address where sync looks for availability. */
export async function startCalendars(
  env: Readonly<Record<string, string>>,
  overrides: Overrides,
): Promise<CalendarsStandIn> {
  const missing = new Set<string>();
  const config: ServerConfig = {
    host: "127.0.0.1",
    port: Number(env["AVAILABILITY_TARGET"]?.split(":").at(-1)),
    metricsPort: undefined,
    logLevel: "silent",
    trustedIssuers: JSON.parse(env["TRUSTED_ISSUERS"] ?? ""),
    issuerPermissions: meshPermissions,
    signingKey: JSON.parse(env["SIGNING_KEY"] ?? ""),
    drainTimeoutMs: 0,
  };
  const service = await startService("availability", config, overrides, async ({ serveRpcs }) =>
    serveRpcs((router) =>
      router.service(CalendarService, {
        getCalendar({ calendarId }, context) {
          memberOf(context);
          if (missing.has(calendarId)) {
            throw notFound("Calendar");
          }
          return { calendar: { id: calendarId } };
        },
      }),
    ),
  );
  await service.ready;
  let stopped: Promise<void> | undefined;
  return { missing, stop: () => (stopped ??= Promise.resolve(service[Symbol.asyncDispose]())) };
}
