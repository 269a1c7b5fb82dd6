import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { invalidFields, malformedRequest } from "../domain-error.ts";
import { createValidate, type Validate } from "../limits/bounded-validator.ts";
import { mostViolations } from "../limits/field-rules.ts";
import { unkeepableTexts } from "./text.ts";

/** Refuses a request whose fields break the rules of its proto, naming each field and rule. */
export function validateInterceptor(registry?: Registry): Interceptor {
  const validate = createValidate(registry);
  return (next) => (request) => {
    if (!request.stream) {
      check(validate, request.method.input, request.message);
      return next(request);
    }
    return next({ ...request, message: checked(validate, request.method.input, request.message) });
  };
}

async function* checked<T extends Message>(validate: Validate, schema: DescMessage, messages: AsyncIterable<T>) {
  for await (const message of decoded(messages)) {
    check(validate, schema, message);
    yield message;
  }
}

/** A stream's messages are decoded as they are read: one that cannot be is the caller's fault, as for a unary RPC. */
async function* decoded<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw error instanceof ConnectError && error.code === Code.Internal ? malformedRequest() : error;
  }
}

function check(validate: Validate, schema: DescMessage, message: Message): void {
  const violations = [...validate(schema, message), ...unkeepableTexts(schema, message)].slice(0, mostViolations);
  if (violations.length > 0) {
    throw invalidFields(violations);
  }
}
