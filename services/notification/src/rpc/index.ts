import type { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { listDeliveriesRpc } from "./list-deliveries.ts";
import { retryDelivery } from "./retry-delivery.ts";

/** The RPCs of NotificationService. */
export function notificationRpcs(deps: Deps): ServiceImpl<typeof NotificationService> {
  return {
    listDeliveries: listDeliveriesRpc(deps),
    retryDelivery: retryDelivery(deps),
  };
}
