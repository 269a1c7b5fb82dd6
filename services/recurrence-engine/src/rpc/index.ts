import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import { describeRpc } from "./describe.ts";
import { expand } from "./expand.ts";
import { validate } from "./validate.ts";

/** The RPCs of RecurrenceService. */
export function recurrenceRpcs(): ServiceImpl<typeof RecurrenceService> {
  return { validate, expand, describe: describeRpc };
}
