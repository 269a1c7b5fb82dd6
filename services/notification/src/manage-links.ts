import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Signer } from "@calends/kit/identity";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";

/** What notification asks of booking, when it writes to a booker. */
export interface ManageLinks {
  /** The path of the page on which a booking's booker manages it; empty where there is no such booking. Throws the failure. */
  find(organizationId: string, bookingId: string): Promise<string>;
}

const scopes = ["manage-links:read"];
/** Far below a delivery's lease: who waits longer than this tries again later. */
const timeoutMs = 5_000;

/** Makes the client of booking; notification speaks for the organization, with no more than this scope. */
export function createManageLinks(transport: Transport, signer: Signer): ManageLinks {
  const client = createClient(BookingService, transport);
  return {
    async find(organizationId, bookingId) {
      const authorization = await signer.bearer({ organizationId, subject: "notification", scopes }, "booking");
      try {
        const { path } = await client.getManageLink({ bookingId }, { headers: { authorization }, timeoutMs });
        return path;
      } catch (error) {
        if (ConnectError.from(error).code === Code.NotFound) {
          return "";
        }
        throw error;
      }
    },
  };
}
