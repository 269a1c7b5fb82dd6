import { randomUUID } from "node:crypto";
import {
  ScalarType,
  type DescField,
  type DescMessage,
  type DescMethod,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import type { FieldRules } from "@calends/contracts/buf/validate/validate_pb";
import { rulesOf } from "./_rules.ts";
import { messageOf, type Tree } from "./_samples.ts";
import { range } from "./_util.ts";

/** How many items of a list, and which part of a text, there are: 1 for as many as the rules allow. */
export type Share = number;

/** A request in which every list and every text is as long as its rules allow, or a part of that. */
export function largestTree(schema: DescMessage, share: Share): Tree {
  const tree: Tree = {};
  for (const field of schema.fields) {
    if (field.oneof !== undefined) {
      // The last member of each of our oneofs is the largest.
      tree[field.oneof.localName] = { case: field.localName, value: valueOf(field, rulesOf(field), share) };
    } else if (field.fieldKind === "list") {
      const list = rulesOf(field)?.type;
      const rules = list?.case === "repeated" ? list.value : undefined;
      const count = Math.max(1, Math.floor(Number(rules?.maxItems ?? 1n) * share));
      tree[field.localName] = range(count).map(() => valueOf(field, rules?.items, share));
    } else {
      tree[field.localName] = valueOf(field, rulesOf(field), share);
    }
  }
  return tree;
}

/** The request of {@link largestTree}. */
export function largestRequest({ input }: DescMethod, share: Share = 1) {
  return messageOf(input, largestTree(input, share));
}

function valueOf(field: DescField, rules: FieldRules | undefined, share: Share): unknown {
  if (field.message !== undefined) {
    const known: Record<string, unknown> = {
      "google.protobuf.Timestamp": { seconds: 253_402_300_799n, nanos: 999_999_999 },
      "google.protobuf.Duration": { seconds: 315_576_000_000n, nanos: 999_999_999 },
    };
    return known[field.message.typeName] ?? largestTree(field.message, share);
  }
  if (field.enum !== undefined) {
    return field.enum.values.toSorted((a, b) => b.name.length - a.name.length)[0]?.number;
  }
  return scalarOf(field.scalar, rules, share);
}

function scalarOf(scalar: ScalarType | undefined, rules: FieldRules | undefined, share: Share): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return textOf(rules, share);
    case ScalarType.BYTES: {
      const maxLen = rules?.type.case === "bytes" ? rules.type.value.maxLen : 0n;
      return new Uint8Array(Math.max(1, Math.floor(Number(maxLen ?? 0n) * share)));
    }
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
      return -1.797_693_134_862_315_7e308;
    case ScalarType.INT64:
      return -(2n ** 63n);
    default:
      return -(2 ** 31);
  }
}

function textOf(rules: FieldRules | undefined, share: Share): string {
  const { wellKnown, pattern, maxLen, maxBytes } = rules?.type.case === "string" ? rules.type.value : {};
  if (wellKnown?.case === "uuid") {
    return randomUUID();
  }
  const isFree = (pattern ?? "") === "";
  const bytes = Math.floor((Number(maxBytes ?? 0n) * share) / 4);
  return (isFree ? "😀" : "a").repeat(bytes > 0 ? bytes : Math.max(1, Math.floor(Number(maxLen ?? 0n) * share)));
}

/** JSON as a careful encoder writes it: indented, with everything escaped that is not ASCII. */
export function escapedJson(json: JsonObject): string {
  return JSON.stringify(json satisfies JsonValue, undefined, 4).replaceAll(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
