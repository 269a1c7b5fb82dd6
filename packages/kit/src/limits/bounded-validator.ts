import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import type { FieldViolation } from "../domain-error.ts";
import { allowedNames, mostViolations, ownSentence } from "./field-rules.ts";

/** Validates a message and gives its first violations. */
export type Validate = (schema: DescMessage, message: Message) => FieldViolation[];

/** Most values of a message that is validated beyond its first violation. */
const manyValues = 1000;

/**
 * Makes a validator whose work is limited. The library's validator stops either at the first violation or never, so each
 * message is validated up to its first violation, and only a message with few values is validated again for the rest.
 */
export function createValidate(registry?: Registry): Validate {
  const options = registry === undefined ? {} : { registry };
  const failFast = createValidator({ ...options, failFast: true });
  const whole = createValidator(options);
  return (schema, message) => {
    const first = violationsBy(failFast, schema, message);
    const isWorthMore = first.length > 0 && countValues(reflect(schema, message), manyValues) < manyValues;
    return isWorthMore ? violationsBy(whole, schema, message).slice(0, mostViolations) : first;
  };
}

function violationsBy(validator: Validator, schema: DescMessage, message: Message): FieldViolation[] {
  const result = validator.validate(schema, message);
  if (result.kind === "error") {
    throw result.error;
  }
  return result.kind === "invalid" ? result.violations.map(toFieldViolation) : [];
}

/** Counts the messages and the items of lists in a message; stops counting at a number. */
function countValues(message: ReflectMessage, most: number): number {
  let count = 1;
  for (const field of message.fields) {
    if (count >= most) {
      return count;
    }
    if (field.fieldKind === "message" && message.isSet(field)) {
      count += countValues(message.get(field), most - count);
    } else if (field.fieldKind === "list") {
      for (const item of message.get(field)) {
        count += isReflectMessage(item) ? countValues(item, most - count) : 1;
        if (count >= most) {
          return count;
        }
      }
    }
  }
  return count;
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
  const last = violation.field.findLast((part) => part.kind === "field");
  const own = last?.kind === "field" ? ownSentence(last, violation.ruleId) : undefined;
  return own === undefined ? { field, rule: ruleOf(violation) } : { field, rule: own, isSentence: true };
}

/** The broken rule in a sentence. For an enum it lists the names, where the library's sentence lists the numbers. */
function ruleOf({ field: path, message, ruleId }: Violation): string {
  const field = path.findLast((part) => part.kind === "field");
  return field?.kind === "field" && field.enum !== undefined && ruleId.startsWith("enum.")
    ? allowedNames(field, field.enum)
    : message;
}
