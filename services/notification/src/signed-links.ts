import { BookingService } from "@calends/contracts/calends/booking/v1/booking_service_pb";
import type { Signer } from "@calends/kit/identity";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { noPaths, type Paths } from "./domain/letter.ts";
import type { WantedLinks } from "./domain/notice.ts";

/** Gets the signed links in mails from booking. */
export interface SignedLinks {
  /** Returns the paths that a mail needs. Those of a booking that booking does not know are empty. Throws the ConnectError of a call that fails. */
  find(organizationId: string, bookingId: string, wanted: WantedLinks): Promise<Paths>;
}

const scopes = ["manage-links:read"];
/** Far below a delivery's lease. A delivery whose call takes longer is tried again later. */
const timeoutMs = 5_000;

/** Makes a client of booking. Its calls are made for the organization and have this scope alone. */
export function createSignedLinks(transport: Transport, signer: Signer): SignedLinks {
  const client = createClient(BookingService, transport);
  return {
    async find(organizationId, bookingId, { booker, hostCalendarId: calendarId }) {
      const authorization = await signer.bearer({ organizationId, subject: "notification", scopes }, "booking");
      const options = { headers: { authorization }, timeoutMs };
      const ofBooker = booker ? await client.getManageLink({ bookingId }, options).catch(unlessUnknown) : null;
      const ofHost =
        calendarId === "" ? null : await client.getHostLink({ bookingId, calendarId }, options).catch(unlessUnknown);
      return {
        ...noPaths,
        ...(ofBooker === null ? {} : { manage: ofBooker.path, confirm: ofBooker.confirmPath }),
        ...(ofHost === null ? {} : { host: ofHost.path }),
      };
    },
  };
}

function unlessUnknown(error: unknown): null {
  if (ConnectError.from(error).code === Code.NotFound) {
    return null;
  }
  throw error;
}
