import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Overrides, RunningService } from "@calends/kit/service";
import { startService } from "@calends/kit/service";
import { memberOf } from "@calends/kit/call";
import { notFound } from "@calends/kit/domain-error";
import type { ServerConfig } from "@calends/kit/config";
import { meshPermissions } from "@calends/kit/issuer-permissions";

/** Starts a stand-in for booking with its contract, authentication and scopes. Its links come from `linkOf`; null is "not found". */
export async function startLinks(
  env: Readonly<Record<string, string>>,
  port: number,
  linkOf: (organizationId: string, bookingId: string) => string | null,
  overrides: Overrides,
): Promise<RunningService> {
  const config: ServerConfig = {
    host: "127.0.0.1",
    port,
    metricsPort: undefined,
    logLevel: "silent",
    trustedIssuers: JSON.parse(env["TRUSTED_ISSUERS"] ?? ""),
    issuerPermissions: meshPermissions,
    signingKey: JSON.parse(env["SIGNING_KEY"] ?? ""),
    drainTimeoutMs: 0,
  };
  const service = await startService("booking", config, overrides, async ({ serveRpcs }) =>
    serveRpcs((router) =>
      router.service(BookingService, {
        getManageLink({ bookingId }, context) {
          const path = known(linkOf(memberOf(context).organizationId, bookingId));
          return { path, confirmPath: path.replace("manage", "confirm") };
        },
        getHostLink({ bookingId, calendarId }, context) {
          known(linkOf(memberOf(context).organizationId, bookingId));
          return { path: `/host/of-${calendarId}` };
        },
      }),
    ),
  );
  await service.ready;
  return service;
}

function known(link: string | null): string {
  if (link === null) {
    throw notFound("Booking");
  }
  return link;
}
