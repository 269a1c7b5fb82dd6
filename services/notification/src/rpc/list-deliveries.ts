import type { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { memberOf } from "@calends/kit/call";
import type { MethodImpl } from "@connectrpc/connect";
import { listDeliveries } from "../store/deliveries.ts";
import { fromStatus, toDeliveryMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const defaultPageSize = 100;

/** Reads a page of the organization's deliveries, newest first. */
export function listDeliveriesRpc({ store }: Deps): MethodImpl<typeof NotificationService.method.listDeliveries> {
  return async ({ status, pageSize, pageToken }, context) => {
    const { organizationId } = memberOf(context);
    const size = pageSize || defaultPageSize;
    const page = await listDeliveries(store.db, organizationId, fromStatus(status), size, pageToken);
    return { deliveries: page.deliveries.map(toDeliveryMessage), nextPageToken: page.nextPageToken };
  };
}
