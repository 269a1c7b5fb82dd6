import { getOption, hasOption, type DescField } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { field as fieldRules, Ignore, type FieldRules } from "@calends/contracts/buf/validate/validate_pb";

/** A value that breaks one rule of a field, and which rule that is. */
export interface Broken {
  readonly what: string;
  readonly value: unknown;
}

/** The rules that a field's proto declares, where it declares any. */
export function rulesOf(field: DescField): FieldRules | undefined {
  return hasOption(field, fieldRules) ? getOption(field, fieldRules) : undefined;
}

/** Values that a field with these rules must refuse: for each of its rules the nearest wrong ones. */
export function brokenValues(rules: FieldRules): Broken[] {
  const broken = rules.required ? [{ what: "absent", value: undefined }] : [];
  const all = [...broken, ...brokenByType(rules.type)];
  return rules.ignore === Ignore.IF_ZERO_VALUE ? all.filter(({ value }) => value !== "" && value !== 0) : all;
}

/** Values at the edge of what a field with these rules allows. */
export function edgeValues({ type }: FieldRules): unknown[] {
  switch (type.case) {
    case "string": {
      const max = Number(type.value.maxLen || type.value.maxBytes);
      const free = type.value.wellKnown.case === undefined && type.value.pattern === "" && max > 0;
      return free ? ["x".repeat(max), ...(type.value.maxLen > 0n ? ["😀".repeat(max)] : [])] : [];
    }
    case "int32":
    case "int64":
      return [type.value.greaterThan.value, type.value.lessThan.value].filter((value) => value !== undefined);
    case "duration":
    case "timestamp": {
      const edges = [type.value.greaterThan.value, type.value.lessThan.value].filter(
        (value) => typeof value === "object",
      );
      return edges.flatMap((edge) => [
        edge,
        { ...edge, nanos: 1 },
        { ...edge, nanos: -1 },
        { ...edge, nanos: 2 ** 31 - 1 },
      ]);
    }
    default:
      return [];
  }
}

type RuleType = FieldRules["type"];

function brokenByType(type: RuleType): Broken[] {
  switch (type.case) {
    case "string":
      return brokenStrings(type.value);
    case "int32":
    case "int64":
      return around(type.value.greaterThan.value, type.value.lessThan.value);
    case "double":
      return type.value.finite ? [Number.NaN, Infinity, -Infinity].map((value) => ({ what: "not finite", value })) : [];
    case "enum":
      return [
        ...(type.value.definedOnly
          ? [
              { what: "undefined", value: 9999 },
              { what: "negative", value: -1 },
            ]
          : []),
        ...type.value.notIn.map((value) => ({ what: "excluded", value })),
      ];
    case "duration":
    case "timestamp":
      return brokenTimes(type);
    default:
      return [];
  }
}

function brokenStrings(rules: Extract<RuleType, { case: "string" }>["value"]): Broken[] {
  const wrongForm = rules.wellKnown.case !== undefined || rules.pattern !== "";
  const wantsSome = rules.wellKnown.case !== undefined || !new RegExp(rules.pattern, "u").test("");
  const max = Number(rules.maxLen);
  const maxBytes = Number(rules.maxBytes);
  return [
    ...(wrongForm ? ["§ §", "a\nb", "😀"].map((value) => ({ what: "of the wrong form", value })) : []),
    ...(wantsSome || rules.minLen > 0n ? [{ what: "empty", value: "" }] : []),
    ...(max > 0 ? [{ what: "too long", value: "x".repeat(max + 1) }] : []),
    ...(max > 0 ? [{ what: "too many characters", value: "é".repeat(max + 1) }] : []),
    ...(maxBytes > 0 ? [{ what: "too many bytes", value: "é".repeat(maxBytes / 2 + 1) }] : []),
  ];
}

function brokenTimes(type: Extract<RuleType, { case: "duration" | "timestamp" }>): Broken[] {
  const from = type.value.greaterThan.value;
  const to = type.value.lessThan.value;
  const empty = type.case === "duration" ? durationFromMs(0) : timestampFromMs(0);
  return [
    ...shifted(from, -1n).map((value) => ({ what: "too small", value: { ...empty, ...value } })),
    ...shifted(to, 1n).map((value) => ({ what: "too great", value: { ...empty, ...value } })),
    { what: "beyond all", value: { ...empty, seconds: 2n ** 62n, nanos: 0 } },
  ];
}

function shifted(time: unknown, seconds: bigint): { seconds: bigint; nanos: number }[] {
  return typeof time === "object" && time !== null && "seconds" in time
    ? [{ seconds: BigInt(String(time.seconds)) + seconds, nanos: 0 }]
    : [];
}

function around(from: number | bigint | undefined, to: number | bigint | undefined): Broken[] {
  const next = (value: number | bigint, by: 1 | -1) => (typeof value === "bigint" ? value + BigInt(by) : value + by);
  return [
    ...(from === undefined ? [] : [{ what: "too small", value: next(from, -1) }]),
    ...(to === undefined ? [] : [{ what: "too great", value: next(to, 1) }]),
  ];
}
