import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  DeliverySchema,
  DeliveryStatus as StatusMessage,
  type Delivery as DeliveryMessage,
} from "@calends/contracts/calends/notification/v1/notification_service_pb";
import { statuses, type Delivery, type DeliveryStatus } from "../domain/delivery.ts";

const messages: Readonly<Record<DeliveryStatus, StatusMessage>> = {
  queued: StatusMessage.QUEUED,
  sent: StatusMessage.SENT,
  failed: StatusMessage.FAILED,
  superseded: StatusMessage.SUPERSEDED,
};

/** A delivery as a message. */
export function toDeliveryMessage(delivery: Delivery): DeliveryMessage {
  const { createdAt, sentAt, status, ...rest } = delivery;
  return create(DeliverySchema, {
    ...rest,
    status: messages[status],
    createTime: timestampFromDate(createdAt),
    ...(sentAt === null ? {} : { sendTime: timestampFromDate(sentAt) }),
  });
}

/** A status to look for; null for any. */
export function fromStatus(message: StatusMessage): DeliveryStatus | null {
  return statuses.find((name) => messages[name] === message) ?? null;
}
