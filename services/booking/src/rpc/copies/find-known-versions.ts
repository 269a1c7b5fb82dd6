import type { BookingCopyService } from "@calends/contracts/calends/booking/v1/booking_copy_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { findKnownVersions } from "../../store/copies.ts";
import type { Deps } from "../deps.ts";

/** Reads which of some versions a booking has had. */
export function findKnownVersionsRpc({
  store,
}: Pick<Deps, "store">): MethodImpl<typeof BookingCopyService.method.findKnownVersions> {
  return async ({ versions }, context) => {
    const { organizationId } = memberOf(context);
    return { versions: await findKnownVersions(store.db, organizationId, versions) };
  };
}
