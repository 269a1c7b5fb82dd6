import type { RecurrenceService } from "@calends/contracts/calends/recurrence/v1/recurrence_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import { convertRule } from "./convert-rule-rpc.ts";
import { count } from "./count.ts";
import { describeRpc } from "./describe.ts";
import { expandBatch } from "./expand-batch.ts";
import { expand } from "./expand.ts";
import { next } from "./next.ts";
import { normalize } from "./normalize.ts";
import { parse } from "./parse.ts";
import { previous } from "./previous.ts";
import { validate } from "./validate.ts";

/** The RPCs of RecurrenceService. */
export function recurrenceRpcs(): ServiceImpl<typeof RecurrenceService> {
  return {
    validate,
    normalize,
    parse,
    convertRule,
    expand,
    expandBatch,
    next,
    previous,
    count,
    describe: describeRpc,
  };
}
