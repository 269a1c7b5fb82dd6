import { getOption, hasOption, type DescMessage } from "@bufbuild/protobuf";
import { max_request_bytes } from "@calends/contracts/calends/options/v1/options_pb";
import { DomainError } from "../domain-error.ts";
import { maxUnknownBytes } from "./binary-shape.ts";
import { largestMessage, type MessageSize } from "./largest-message.ts";

/** Room for what other software puts around a message: unknown fields, a text that is a little too long and is named. */
const allowanceBytes = maxUnknownBytes;

/** Room for lists that are a little too long, and for fields that do not exist, so that they are named. */
const allowanceValues = 1000;

/** For messages that are not ours, as those of health and reflection. */
const foreign: MessageSize = { binary: 65_536, json: 65_536, values: 65_536 };

const known = new WeakMap<DescMessage, MessageSize>();

/**
 * Most bytes that the body of a request may have in each encoding: the largest that keeps the rules of its proto passes.
 * Throws naming the field whose rules set no bound, which is a mistake in a proto.
 */
export function requestLimit(schema: DescMessage): MessageSize {
  const limit = known.get(schema) ?? limitOf(schema);
  known.set(schema, limit);
  return limit;
}

function limitOf(schema: DescMessage): MessageSize {
  if (!schema.typeName.startsWith("calends.")) {
    return foreign;
  }
  const { binary, json, values } = largestMessage(schema);
  const most = hasOption(schema, max_request_bytes) ? getOption(schema, max_request_bytes) : Number.POSITIVE_INFINITY;
  return {
    binary: Math.min(binary + allowanceBytes, most),
    json: Math.min(json + allowanceBytes, most),
    values: values + allowanceValues,
  };
}

/** The refusal of JSON with more values than a request has. */
export function tooManyValues(maxValues: number): DomainError {
  return new DomainError("exhausted", "REQUEST_TOO_LARGE", `the request has more than ${maxValues} values`, {
    metadata: { max_values: String(maxValues) },
  });
}

/** The refusal of a body that is larger than its limit. */
export function requestTooLarge(maxBytes: number): DomainError {
  return new DomainError("exhausted", "REQUEST_TOO_LARGE", `the request is larger than ${maxBytes} bytes`, {
    metadata: { max_bytes: String(maxBytes) },
  });
}
