import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { DomainError, malformedRequest, type FieldViolation } from "../domain-error.ts";
import { unkeepableTexts } from "./text.ts";

/** Refuses a request whose fields break the rules of its proto, naming each field and rule. */
export function validateInterceptor(registry?: Registry): Interceptor {
  const validator = createValidator(registry === undefined ? {} : { registry });
  return (next) => (request) => {
    if (!request.stream) {
      check(validator, request.method.input, request.message);
      return next(request);
    }
    return next({ ...request, message: checked(validator, request.method.input, request.message) });
  };
}

async function* checked<T extends Message>(validator: Validator, schema: DescMessage, messages: AsyncIterable<T>) {
  for await (const message of decoded(messages)) {
    check(validator, schema, message);
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

function check(validator: Validator, schema: DescMessage, message: Message): void {
  const result = validator.validate(schema, message);
  if (result.kind === "error") {
    throw result.error;
  }
  const broken = result.kind === "invalid" ? result.violations.map(toFieldViolation) : [];
  const violations = [...broken, ...unkeepableTexts(schema, message)];
  const [first] = violations;
  if (first === undefined) {
    return;
  }
  throw new DomainError("invalid", "INVALID_FIELD", violations.map((v) => `${v.field}: ${v.rule}`).join("; "), {
    violations,
    metadata: { field: first.field },
  });
}

function toFieldViolation(violation: Violation): FieldViolation {
  const field = violation.field
    .map((part) => {
      switch (part.kind) {
        case "list_sub":
          return `[${part.index}]`;
        case "map_sub":
          return `[${JSON.stringify(part.key)}]`;
        default:
          return `.${part.name}`;
      }
    })
    .join("")
    .replace(/^\./, "");
  return { field, rule: violation.message };
}
