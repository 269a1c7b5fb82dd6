import { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import type { Signer } from "@calends/kit/identity";
import { createClient, type Transport } from "@connectrpc/connect";
import type { NamedVersion } from "./domain/lost-version.ts";

/** Returns those of the versions, at most 1,000, that booking knows. Throws the ConnectError of a call that fails. */
export type FindKnownVersions = (
  organizationId: string,
  versions: readonly NamedVersion[],
) => Promise<readonly NamedVersion[]>;

const scopes = ["booking-versions:read"];
const timeoutMs = 30_000;

/** Makes a client of booking. Its calls are made for the organization and have this scope alone. */
export function createFindKnownVersions(transport: Transport, signer: Signer): FindKnownVersions {
  const client = createClient(BookingCopyService, transport);
  return async (organizationId, versions) => {
    const authorization = await signer.bearer({ organizationId, subject: "notification", scopes }, "booking");
    const request = { versions: versions.map(({ bookingId, version }) => ({ bookingId, version })) };
    return (await client.findKnownVersions(request, { headers: { authorization }, timeoutMs })).versions;
  };
}
