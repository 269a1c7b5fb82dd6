import type { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../deps.ts";
import { batchGetBookingCopies } from "./batch-get-booking-copies.ts";
import { findKnownVersionsRpc } from "./find-known-versions.ts";
import { listBookingVersions } from "./list-booking-versions.ts";

/** The RPCs of BookingCopyService. */
export function bookingCopyRpcs(deps: Pick<Deps, "store">): ServiceImpl<typeof BookingCopyService> {
  return {
    listBookingVersions: listBookingVersions(deps),
    findKnownVersions: findKnownVersionsRpc(deps),
    batchGetBookingCopies: batchGetBookingCopies(deps),
  };
}
