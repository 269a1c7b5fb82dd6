import { create, toBinary, type JsonValue } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  BookingDetailsSchema,
  ListBookingsRequestSchema,
} from "@calends/contracts/calends/booking/v1/booking_service_pb";
import { BookRequestSchema } from "@calends/contracts/calends/booking/v1/public_booking_service_pb";
import { CreateCalendarRequestSchema } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import { expect, test } from "vitest";
import { DomainError, type FieldViolation } from "../domain-error.ts";
import { checkBinaryShape, maxUnknownBytes } from "./binary-shape.ts";
import { checkJsonShape } from "./json-shape.ts";
import { hasMoreValues } from "./json-values.ts";

function refusalOf(check: () => void): DomainError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) {
      return error;
    }
    throw error;
  }
}

function violationsOfJson(json: JsonValue): readonly FieldViolation[] {
  return refusalOf(() => checkJsonShape(BookRequestSchema, json))?.violations ?? [];
}

function binary(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

const { details } = BookRequestSchema.field;
const { answers } = BookingDetailsSchema.field;

/** Details of a booking with a number of empty answers. */
function detailsWith(count: number) {
  return (writer: BinaryWriter) => {
    writer.tag(details.number, WireType.LengthDelimited).fork();
    for (let i = 0; i < count; i += 1) {
      writer.tag(answers.number, WireType.LengthDelimited).bytes(new Uint8Array());
    }
    writer.join();
  };
}

test("a list with more items than its proto allows is refused and named, in JSON and in binary", () => {
  const many = Array.from({ length: 31 }, () => ({}));
  const violation = { field: "details.answers", rule: "must contain no more than 30 item(s)" };
  expect(violationsOfJson({ details: { answers: many } })).toEqual([violation]);
  expect(violationsOfJson({ details: { answers: many.slice(1) } })).toEqual([]);
  const refusal = (count: number) =>
    refusalOf(() => checkBinaryShape(BookRequestSchema, binary(detailsWith(count))))?.violations;
  expect(refusal(31)).toEqual([violation]);
  expect(refusal(30)).toBeUndefined();
});

test("a list whose message is sent in parts is counted as one list", () => {
  const inParts = binary((writer) => {
    detailsWith(20)(writer);
    detailsWith(20)(writer);
  });
  expect(refusalOf(() => checkBinaryShape(BookRequestSchema, inParts))?.violations).toHaveLength(1);
});

test("numbers are counted in packed and in unpacked lists", () => {
  const { statuses } = ListBookingsRequestSchema.field;
  const packed = (count: number) =>
    binary((writer) => writer.tag(statuses.number, WireType.LengthDelimited).bytes(new Uint8Array(count).fill(1)));
  expect(refusalOf(() => checkBinaryShape(ListBookingsRequestSchema, packed(10)))).toBeUndefined();
  expect(refusalOf(() => checkBinaryShape(ListBookingsRequestSchema, packed(11)))?.violations[0]?.field).toBe(
    "statuses",
  );
  const alone = binary((writer) => {
    for (let i = 0; i < 11; i += 1) {
      writer.tag(statuses.number, WireType.Varint).int32(1);
    }
  });
  expect(refusalOf(() => checkBinaryShape(ListBookingsRequestSchema, alone))?.violations[0]?.field).toBe("statuses");
});

test("a few unknown fields in binary pass, and many are refused at any depth", () => {
  const unknown = (bytes: number) =>
    binary((writer) => {
      writer.tag(details.number, WireType.LengthDelimited).fork();
      writer.tag(9999, WireType.LengthDelimited).bytes(new Uint8Array(bytes));
      writer.join();
    });
  expect(refusalOf(() => checkBinaryShape(BookRequestSchema, unknown(1000)))).toBeUndefined();
  expect(refusalOf(() => checkBinaryShape(BookRequestSchema, unknown(maxUnknownBytes)))?.reason).toBe(
    "REQUEST_TOO_LARGE",
  );
});

test("bytes whose wire types differ from the proto are malformed, as the check would read them differently from the decoder", () => {
  const asNumber = binary((writer) => writer.tag(details.number, WireType.Varint).uint32(5));
  const tooLong = binary((writer) => writer.tag(details.number, WireType.LengthDelimited).uint32(200));
  const groups = new Uint8Array(100_000).fill((9 << 3) | WireType.StartGroup);
  for (const bytes of [asNumber, tooLong, groups, new Uint8Array([0xff])]) {
    expect(refusalOf(() => checkBinaryShape(BookRequestSchema, bytes))?.reason).toBe("MALFORMED_REQUEST");
  }
});

test("an unknown field in JSON is refused, and the error names the field that may be meant", () => {
  expect(violationsOfJson({ slugg: "a", details: { boker: {} }, zzzzzzzzzzzz: 1 })).toEqual([
    { field: "slugg", rule: 'there is no such field; did you mean "slug"?' },
    { field: "details.boker", rule: 'there is no such field; did you mean "booker"?' },
    { field: "zzzzzzzzzzzz", rule: "there is no such field" },
  ]);
  expect(violationsOfJson({ request_id: "a", routeToken: "b" })).toEqual([]);
});

test("an unknown name of an enum is refused, and the error lists the names that it takes", () => {
  const refusal = refusalOf(() => checkJsonShape(CreateCalendarRequestSchema, { kind: "PERSON" }));
  expect(refusal?.violations).toEqual([
    { field: "kind", rule: expect.stringMatching(/^must be one of CALENDAR_KIND_PERSON, CALENDAR_KIND_/) },
  ]);
  expect(refusal?.message).not.toContain("UNSPECIFIED");
});

test("a refusal names at most twenty violations, and the check stops there", () => {
  const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`x${i}`, 1]));
  expect(violationsOfJson(unknown)).toHaveLength(20);
});

test("every message that the generated encoder writes passes", () => {
  const message = create(BookRequestSchema, {
    slug: "a",
    details: { booker: { name: "Ada" }, answers: [{ questionId: "a", value: "b" }] },
  });
  expect(refusalOf(() => checkBinaryShape(BookRequestSchema, toBinary(BookRequestSchema, message)))).toBeUndefined();
});

test("the values of JSON are counted without parsing, and commas and brackets in strings are not counted", () => {
  const counts = (json: JsonValue, most: number) => hasMoreValues(new TextEncoder().encode(JSON.stringify(json)), most);
  expect(counts([{}, {}, {}], 2)).toBe(true);
  expect(counts({ a: '[,,,{"\\', b: '"' }, 4)).toBe(false);
  expect(counts(["[[[[", "\\", ",,,,"], 5)).toBe(false);
});
