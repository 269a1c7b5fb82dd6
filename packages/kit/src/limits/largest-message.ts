import { ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";
import type { FieldRules, RepeatedRules, StringRules } from "@calends/contracts/buf/validate/validate_pb";
import { rulesOf } from "./field-rules.ts";

/** How large a message can be. */
export interface MessageSize {
  /** Bytes in binary. */
  readonly binary: number;
  /** Bytes in JSON, indented by four spaces per level, with every character escaped that an encoder may escape. */
  readonly json: number;
  /** How many values it has in JSON: the message, its fields, the items of its lists, and all values in these. */
  readonly values: number;
}

/** Bytes of a character in JSON: free text may be escaped, as in "\ud83d\ude00"; the characters of a UUID are not. */
const jsonBytesPerCharacter = 12;
const jsonBytesPerByte = 6;
const binaryBytesPerCharacter = 4;

/** Most bytes of a varint. A negative number always takes ten. */
const varintBytes = 10;
const tagBytes = 5;
const indent = 4;

const wellKnown: Readonly<Record<string, MessageSize>> = {
  "google.protobuf.Timestamp": { binary: 24, json: 40, values: 1 },
  "google.protobuf.Duration": { binary: 24, json: 30, values: 1 },
  "google.protobuf.Empty": { binary: 0, json: 2, values: 1 },
};

/**
 * Computes how large a message can be that keeps the rules of its proto. Throws an Error that names the field without a
 * limit: a list without max_items, text without max_len or max_bytes, or a message that contains itself.
 */
export function largestMessage(schema: DescMessage): MessageSize {
  return sizeOf(schema, 0, []);
}

function sizeOf(schema: DescMessage, depth: number, within: readonly DescMessage[]): MessageSize {
  const known = wellKnown[schema.typeName];
  if (known !== undefined) {
    return known;
  }
  if (within.includes(schema)) {
    throw new Error(`${schema.typeName} contains itself: its requests have no largest size`);
  }
  const inside = [...within, schema];
  const alone = schema.fields.filter(({ oneof }) => oneof === undefined);
  const sizes = [
    ...alone.map((field) => sizeOfField(field, depth + 1, inside)),
    ...schema.oneofs.map(({ fields }) => largest(fields.map((field) => sizeOfField(field, depth + 1, inside)))),
  ];
  const { binary, json, values } = sum(sizes);
  return { binary, json: json + "{}".length + lineBytes(depth), values: values + 1 };
}

function sizeOfField(field: DescField, depth: number, within: readonly DescMessage[]): MessageSize {
  const rules = rulesOf(field);
  const key = Math.max(field.name.length, field.jsonName.length) + '"": ,'.length + lineBytes(depth);
  const value = sizeOfValue(field, rules, depth, within);
  return { ...value, json: value.json + key };
}

/** The size of a field's value and its tags. In binary, each item of a list has its own tag. */
function sizeOfValue(
  field: DescField,
  rules: FieldRules | undefined,
  depth: number,
  within: readonly DescMessage[],
): MessageSize {
  if (field.fieldKind === "list") {
    const { maxItems, items } = listRules(field, rules);
    const item = sizeOfItem(field, items, depth + 1, within);
    const count = Number(maxItems);
    return {
      binary: count * item.binary,
      json: count * (item.json + ",".length + lineBytes(depth + 1)) + "[]".length + lineBytes(depth),
      values: count * item.values + 1,
    };
  }
  if (field.fieldKind === "map") {
    throw new Error(`${field.toString()} is a map: its requests have no largest size`);
  }
  return sizeOfItem(field, rules, depth, within);
}

function listRules(field: DescField, rules: FieldRules | undefined): RepeatedRules {
  const list = rules?.type.case === "repeated" ? rules.type.value : undefined;
  if (list === undefined || list.maxItems === 0n) {
    throw new Error(`${field.toString()} has no max_items: its requests have no largest size`);
  }
  return list;
}

function sizeOfItem(
  field: DescField,
  rules: FieldRules | undefined,
  depth: number,
  within: readonly DescMessage[],
): MessageSize {
  if (field.message !== undefined) {
    return tagged(sizeOf(field.message, depth, within));
  }
  if (field.enum !== undefined) {
    const names = field.enum.values.map(({ name }) => name.length);
    return tagged({ binary: varintBytes, json: Math.max(...names, varintBytes + 1) + '""'.length, values: 1 });
  }
  return tagged(sizeOfScalar(field, rules));
}

function sizeOfScalar(field: DescField, rules: FieldRules | undefined): MessageSize {
  switch (field.scalar) {
    case ScalarType.STRING:
      return sizeOfString(field, rules?.type.case === "string" ? rules.type.value : undefined);
    case ScalarType.BYTES: {
      const maxLen = rules?.type.case === "bytes" ? Number(rules.type.value.maxLen) : 0;
      return maxLen > 0
        ? { binary: maxLen, json: Math.ceil(maxLen / 3) * 4 + '""'.length, values: 1 }
        : unbounded(field);
    }
    default:
      return { binary: varintBytes, json: 26, values: 1 }; // As in "-1.7976931348623157e+308", quoted.
  }
}

function sizeOfString(field: DescField, rules: StringRules | undefined): MessageSize {
  const fixed = fixedLength(rules);
  if (fixed !== undefined) {
    return { binary: fixed, json: fixed + '""'.length, values: 1 };
  }
  const characters = Number(rules?.maxLen ?? 0) || Number(rules?.len ?? 0) || Number.POSITIVE_INFINITY;
  const bytes = Number(rules?.maxBytes ?? 0) || Number(rules?.lenBytes ?? 0) || Number.POSITIVE_INFINITY;
  const binary = Math.min(characters * binaryBytesPerCharacter, bytes);
  const json = Math.min(characters * jsonBytesPerCharacter, bytes * jsonBytesPerByte) + '""'.length;
  return Number.isFinite(binary) ? { binary, json, values: 1 } : unbounded(field);
}

/** Most bytes of a text whose rules limit its form: listed values, a pattern of plain characters, or a UUID. */
function fixedLength(rules: StringRules | undefined): number | undefined {
  if (rules !== undefined && rules.in.length > 0) {
    return Math.max(...rules.in.map((value) => Buffer.byteLength(value)));
  }
  if (rules !== undefined && isPlain(rules.pattern) && rules.maxLen > 0n) {
    return Number(rules.maxLen);
  }
  return rules?.wellKnown.case === "uuid" && rules.wellKnown.value ? 36 : undefined;
}

/** Whether a pattern allows only characters that it lists. In Calends's protos, JSON escapes none of those. */
function isPlain(pattern: string): boolean {
  return /^\^[^.\\]*\$$/.test(pattern) && !pattern.includes("[^");
}

function unbounded(field: DescField): never {
  throw new Error(`${field.toString()} has neither max_len nor max_bytes: its requests have no largest size`);
}

function tagged({ binary, ...size }: MessageSize): MessageSize {
  return { ...size, binary: binary + tagBytes + Math.ceil(Math.log2(binary + 2) / 7) };
}

/** Bytes of a line break and of the indentation after it. */
function lineBytes(depth: number): number {
  return 1 + depth * indent;
}

function sum(sizes: readonly MessageSize[]): MessageSize {
  return sizes.reduce((all, one) => combine(all, one, (a, b) => a + b), nothing);
}

function largest(sizes: readonly MessageSize[]): MessageSize {
  return sizes.reduce((all, one) => combine(all, one, Math.max), nothing);
}

function combine(a: MessageSize, b: MessageSize, by: (a: number, b: number) => number): MessageSize {
  return { binary: by(a.binary, b.binary), json: by(a.json, b.json), values: by(a.values, b.values) };
}

const nothing: MessageSize = { binary: 0, json: 0, values: 0 };
