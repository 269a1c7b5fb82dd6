import { getOption, hasOption, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { field as rulesOption, type FieldRules } from "@calends/contracts/buf/validate/validate_pb";
import type { Interceptor } from "@connectrpc/connect";

/**
 * Writes the UUIDs of each request in small letters before anything looks at them: a UUID is the same in either case (RFC
 * 9562 section 4), and from here on equal texts are all it takes. Which fields are UUIDs is what their proto says.
 */
export function idsInterceptor(): Interceptor {
  return (next) => (request) => {
    const { input } = request.method;
    if (!request.stream) {
      lowerIds(input, request.message);
      return next(request);
    }
    return next({ ...request, message: lowered(input, request.message) });
  };
}

async function* lowered<T extends Message>(schema: DescMessage, messages: AsyncIterable<T>): AsyncIterable<T> {
  for await (const message of messages) {
    lowerIds(schema, message);
    yield message;
  }
}

/** Writes the UUIDs of a message, and of the messages in it, in small letters. */
export function lowerIds(schema: DescMessage, message: Message): void {
  if (leadingOf(schema).length > 0) {
    lowerIn(reflect(schema, message, false));
  }
}

function lowerIn(message: ReflectMessage): void {
  for (const field of leadingOf(message.desc)) {
    if (message.isSet(field)) {
      lowerField(message, field);
    }
  }
}

function lowerField(message: ReflectMessage, field: DescField): void {
  if (field.fieldKind === "message") {
    lowerIn(message.get(field));
  } else if (field.fieldKind === "list") {
    const list = message.get(field);
    for (const [index, item] of list.entries()) {
      if (isReflectMessage(item)) {
        lowerIn(item);
      } else {
        list.set(index, inSmallLetters(item));
      }
    }
  } else if (field.fieldKind === "scalar") {
    message.set(field, inSmallLetters(message.get(field)));
  }
}

function inSmallLetters<T>(value: T): T | string {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** The fields of each message that are UUIDs or lead to some, worked out once. */
const leading = new WeakMap<DescMessage, readonly DescField[]>();

function leadingOf(schema: DescMessage): readonly DescField[] {
  const known = leading.get(schema);
  if (known !== undefined) {
    return known;
  }
  const fields = schema.fields.filter((field) => leadsToId(field, new Set()));
  leading.set(schema, fields);
  return fields;
}

/** Maps are left out: none of ours holds UUIDs. `seen` are the messages that have been looked into. */
function leadsToId(field: DescField, seen: Set<DescMessage>): boolean {
  const { fieldKind, message } = field;
  if (fieldKind === "map" || message === undefined) {
    return fieldKind !== "map" && isId(field);
  }
  if (seen.has(message)) {
    return false;
  }
  seen.add(message);
  return message.fields.some((inner) => leadsToId(inner, seen));
}

function isId(field: DescField): boolean {
  const rules = hasOption(field, rulesOption) ? getOption(field, rulesOption) : undefined;
  return isUuid(rules?.type.case === "repeated" ? rules.type.value.items : rules);
}

function isUuid(rules: FieldRules | undefined): boolean {
  return (
    rules?.type.case === "string" && rules.type.value.wellKnown.case === "uuid" && rules.type.value.wellKnown.value
  );
}
