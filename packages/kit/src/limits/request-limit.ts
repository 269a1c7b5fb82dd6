import { getOption, hasOption, type DescMessage } from "@bufbuild/protobuf";
import { max_request_bytes } from "@calends/contracts/calends/options/v1/options_pb";
import { DomainError } from "../domain-error.ts";
import { maxUnknownBytes } from "./binary-shape.ts";
import { largestMessage, type MessageSize } from "./largest-message.ts";

/** Bytes beyond the largest legal message, so that unknown fields pass and a text that is too long is named. */
const allowanceBytes = maxUnknownBytes;

/** Values beyond the largest legal message, so that a list that is too long, or an unknown field, is named. */
const allowanceValues = 1000;

/** The limits of messages that are not Calends's own, such as those of gRPC health and reflection. */
const foreign: MessageSize = { binary: 65_536, json: 65_536, values: 65_536 };

const known = new WeakMap<DescMessage, MessageSize>();

/**
 * The limits of a request's body in each encoding: the largest body that keeps the rules of its proto passes. Throws an
 * Error that names the field whose rules set no limit, which is a mistake in the proto.
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

/** The refusal of a JSON body with more values than its RPC allows. */
export function tooManyValues(maxValues: number): DomainError {
  return new DomainError("exhausted", "REQUEST_TOO_LARGE", `the request has more than ${maxValues} values`, {
    metadata: { max_values: String(maxValues) },
  });
}

/** The refusal of a body that is larger than its RPC allows. */
export function requestTooLarge(maxBytes: number): DomainError {
  return new DomainError("exhausted", "REQUEST_TOO_LARGE", `the request is larger than ${maxBytes} bytes`, {
    metadata: { max_bytes: String(maxBytes) },
  });
}
