import { create } from "@bufbuild/protobuf";
import {
  NotificationService,
  RetryDeliveryResponseSchema,
} from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { memberOf } from "@calends/kit/call";
import { mutateOnce } from "@calends/kit/idempotency";
import type { MethodImpl } from "@connectrpc/connect";
import { requeue } from "../store/deliveries.ts";
import type { Tx } from "../store/index.ts";
import { toDeliveryMessage } from "./convert.ts";
import type { Deps } from "./deps.ts";

const method = NotificationService.method.retryDelivery;

/** Queues a failed delivery again. */
export function retryDelivery({ store, clock, maxAttempts, wakeSender }: Deps): MethodImpl<typeof method> {
  return async (request, context) => {
    const { organizationId } = memberOf(context);
    const { db, transaction } = store;
    const work = async (tx: Tx) => {
      const delivery = await requeue(tx, organizationId, request.deliveryId, clock.now(), maxAttempts);
      return create(RetryDeliveryResponseSchema, { delivery: toDeliveryMessage(delivery) });
    };
    const answer = await mutateOnce({ method, organizationId, request, sql: db, transaction, work });
    wakeSender();
    return answer;
  };
}
