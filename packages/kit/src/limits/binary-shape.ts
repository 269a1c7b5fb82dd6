import { ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { DomainError, invalidFields, malformedRequest } from "../domain-error.ts";
import { maxItemsOf, tooManyItems } from "./field-rules.ts";

/**
 * Most bytes of unknown fields in a request. A newer client may send a few, which are passed on. More are refused,
 * because decoded unknown fields need many times their size in memory.
 */
export const maxUnknownBytes = 4096;

/**
 * Refuses binary protobuf that has more items in a list than its proto allows, or too many bytes of unknown fields. It
 * does so before the bytes are decoded. Bytes that are not protobuf are refused as malformed.
 */
export function checkBinaryShape(schema: DescMessage, bytes: Uint8Array): void {
  try {
    visitMessage(schema, new BinaryReader(bytes), bytes.length, newCounts(), { path: "", unknown: { bytes: 0 } });
  } catch (error) {
    throw error instanceof DomainError ? error : malformedRequest();
  }
}

/** How many items each list has. A decoder merges the parts of a message that is sent in parts, so they share counts. */
interface Counts {
  readonly items: Map<DescField, number>;
  readonly parts: Map<DescField, Counts>;
}

interface Place {
  readonly path: string;
  readonly unknown: { bytes: number };
}

function newCounts(): Counts {
  return { items: new Map(), parts: new Map() };
}

function visitMessage(schema: DescMessage, reader: BinaryReader, end: number, counts: Counts, place: Place): void {
  const fields = fieldsByNumber(schema);
  while (reader.pos < end) {
    const from = reader.pos;
    const [number, wireType] = reader.tag();
    const field = fields.get(number);
    if (field === undefined) {
      reader.skip(wireType, number);
      countUnknown(place, reader.pos - from);
    } else {
      visitField(field, reader, wireType, counts, place);
    }
  }
  if (reader.pos !== end) {
    throw malformedRequest();
  }
}

function countUnknown({ unknown }: Place, bytes: number): void {
  unknown.bytes += bytes;
  if (unknown.bytes > maxUnknownBytes) {
    throw new DomainError("exhausted", "REQUEST_TOO_LARGE", `unknown fields take more than ${maxUnknownBytes} bytes`, {
      metadata: { max_bytes: String(maxUnknownBytes) },
    });
  }
}

function visitField(field: DescField, reader: BinaryReader, wireType: WireType, counts: Counts, place: Place): void {
  const isPacked = field.fieldKind === "list" && wireType === WireType.LengthDelimited && !isDelimited(field);
  if (wireType !== wireTypeOf(field) && !isPacked) {
    throw malformedRequest(); // The decoder ignores the wire type, so it would read on at another place.
  }
  if (wireType !== WireType.LengthDelimited || field.fieldKind === "map") {
    countItems(field, 1, counts, place);
    reader.skip(wireType, field.number);
    return;
  }
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) {
    throw malformedRequest();
  }
  const count = countItems(field, isPacked ? packedItems(field, reader, end) : 1, counts, place);
  if (field.message === undefined) {
    reader.pos = end;
    return;
  }
  const path = field.fieldKind === "list" ? `${place.path}${field.name}[${count - 1}].` : `${place.path}${field.name}.`;
  const inner = field.fieldKind === "list" ? newCounts() : partOf(counts, field);
  visitMessage(field.message, reader, end, inner, { ...place, path });
}

/** Adds to the number of items of a list; returns the sum. */
function countItems(field: DescField, more: number, { items }: Counts, { path }: Place): number {
  const count = (items.get(field) ?? 0) + more;
  items.set(field, count);
  const most = maxItemsOf(field);
  if (field.fieldKind === "list" && count > most) {
    throw invalidFields([tooManyItems(field, `${path}${field.name}`)]);
  }
  return count;
}

function isDelimited({ fieldKind, message, scalar }: DescField): boolean {
  return fieldKind === "map" || message !== undefined || scalar === ScalarType.STRING || scalar === ScalarType.BYTES;
}

function wireTypeOf(field: DescField): WireType {
  if (isDelimited(field)) {
    return WireType.LengthDelimited;
  }
  const size = fixedBytes.get(field.scalar);
  return size === undefined ? WireType.Varint : size === 8 ? WireType.Bit64 : WireType.Bit32;
}

const fixedBytes = new Map<ScalarType | undefined, number>([
  [ScalarType.DOUBLE, 8],
  [ScalarType.FIXED64, 8],
  [ScalarType.SFIXED64, 8],
  [ScalarType.FLOAT, 4],
  [ScalarType.FIXED32, 4],
  [ScalarType.SFIXED32, 4],
]);

/** How many numbers a packed list has. Each varint ends with a byte below 128. */
function packedItems({ scalar }: DescField, reader: BinaryReader, end: number): number {
  const size = fixedBytes.get(scalar);
  if (size !== undefined) {
    return Math.ceil((end - reader.pos) / size);
  }
  let items = 0;
  while (reader.pos < end) {
    reader.skip(WireType.Varint);
    items += 1;
  }
  return items;
}

function partOf({ parts }: Counts, field: DescField): Counts {
  const known = parts.get(field) ?? newCounts();
  parts.set(field, known);
  return known;
}

const byNumber = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsByNumber(schema: DescMessage): ReadonlyMap<number, DescField> {
  const known = byNumber.get(schema);
  if (known !== undefined) {
    return known;
  }
  const fields = new Map(schema.fields.map((field) => [field.number, field] as const));
  byNumber.set(schema, fields);
  return fields;
}
