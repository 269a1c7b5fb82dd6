import { ScalarType, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { FieldViolation } from "../domain-error.ts";

const rule = "must not contain NUL or half a surrogate pair";

/**
 * The fields of a message whose text no database can keep: Postgres refuses NUL, and half a surrogate pair is no
 * character. The rules of protos cannot say this for every string at once.
 */
export function unkeepableTexts(schema: DescMessage, message: Message): FieldViolation[] {
  return inMessage(reflect(schema, message), "");
}

function inMessage(message: ReflectMessage, path: string): FieldViolation[] {
  return message.fields.flatMap((field) =>
    message.isSet(field) ? inField(message, field, `${path}${field.name}`) : [],
  );
}

function inField(message: ReflectMessage, field: DescField, path: string): FieldViolation[] {
  if (field.fieldKind === "message") {
    return inMessage(message.get(field), `${path}.`);
  }
  if (field.fieldKind === "list" && (field.listKind === "message" || field.scalar === ScalarType.STRING)) {
    return [...message.get(field)].flatMap((item, index) =>
      isReflectMessage(item) ? inMessage(item, `${path}[${index}].`) : inText(item, `${path}[${index}]`),
    );
  }
  return field.fieldKind === "scalar" && field.scalar === ScalarType.STRING ? inText(message.get(field), path) : [];
}

function inText(value: unknown, field: string): FieldViolation[] {
  return typeof value === "string" && (value.includes("\0") || !value.isWellFormed()) ? [{ field, rule }] : [];
}
