import { durationMs, type Duration } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";

/** A duration in milliseconds; 0 where there is none. */
export function msOf(message: Duration | undefined): number {
  return message === undefined ? 0 : durationMs(message);
}

/** The key of an enum's value in a table; the value has passed validation. */
export function keyOf<K extends string>(table: Readonly<Record<K, number>>, value: number): K {
  return must(
    (Object.keys(table) as K[]).find((key) => table[key] === value),
    "enum value",
  );
}
