import { ScalarType, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { FieldViolation } from "../domain-error.ts";
import { mostViolations } from "../limits/field-rules.ts";

const rule = "must not contain NUL or half a surrogate pair";

/**
 * The first fields of a message whose text Postgres cannot store: text with NUL, or with half a surrogate pair, which is
 * not a character. Rules in a proto apply to one field each and cannot say this for every string.
 */
export function unkeepableTexts(schema: DescMessage, message: Message): FieldViolation[] {
  return [...inMessage(reflect(schema, message), "").take(mostViolations)];
}

function* inMessage(message: ReflectMessage, path: string): Generator<FieldViolation> {
  for (const field of message.fields) {
    if (message.isSet(field)) {
      yield* inField(message, field, `${path}${field.name}`);
    }
  }
}

function* inField(message: ReflectMessage, field: DescField, path: string): Generator<FieldViolation> {
  if (field.fieldKind === "message") {
    yield* inMessage(message.get(field), `${path}.`);
  } else if (field.fieldKind === "list" && (field.listKind === "message" || field.scalar === ScalarType.STRING)) {
    for (const [index, item] of message.get(field).entries()) {
      yield* isReflectMessage(item) ? inMessage(item, `${path}[${index}].`) : inText(item, `${path}[${index}]`);
    }
  } else if (field.fieldKind === "scalar" && field.scalar === ScalarType.STRING) {
    yield* inText(message.get(field), path);
  }
}

function* inText(value: unknown, field: string): Generator<FieldViolation> {
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) {
    yield { field, rule };
  }
}
