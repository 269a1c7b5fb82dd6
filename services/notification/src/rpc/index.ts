import type { NotificationService } from "@calends/contracts/calends/notification/v1/notification_service_pb";
import type { Clock } from "@calends/kit/clock";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Store } from "../store/index.ts";
import { listDeliveriesRpc } from "./list-deliveries.ts";
import { retryDelivery } from "./retry-delivery.ts";

/** What handlers work with. */
export interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  /** Tries before a delivery has failed. */
  readonly maxAttempts: number;
  /** Says that deliveries were queued. */
  readonly wakeSender: () => void;
}

/** The RPCs of NotificationService. */
export function notificationRpcs(deps: Deps): ServiceImpl<typeof NotificationService> {
  return {
    listDeliveries: listDeliveriesRpc(deps),
    retryDelivery: retryDelivery(deps),
  };
}
