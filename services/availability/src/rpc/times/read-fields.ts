import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { CalendarTimeFields } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { refuseStartOffRule } from "@calends/recurrence/start-on-rule";
import { refusalOf } from "@calends/recurrence-contract/refusal";
import { ruleTextOf } from "@calends/recurrence-contract/rule-form";
import type { Pattern } from "../../domain/pattern.ts";
import { readShape, type Before, type Shape } from "../../domain/read-pattern.ts";

/** Who may say under which key synchronization knows a time. */
export const syncScope = "sync:write";

type ShapeFields = Pick<CalendarTimeFields, "startTime" | "endTime" | "recurrenceRule" | "rruleString" | "extraLines">;

/**
 * When a time takes place, from fields that have passed validation; `before` is the pattern that they change. Throws where
 * the rule does not have the start, unless both stay as they are.
 */
export function fromShapeFields(
  fields: ShapeFields,
  timeZone: string,
  path: string,
  before: Before | null = null,
): Shape {
  return orInvalidRule(path, () => {
    const rule = ruleTextOf(fields, path);
    const { startMs, endMs } = fromTimes(fields);
    const shape = readShape({ startMs, endMs, timeZone, rule, extraLines: fields.extraLines, before }, path);
    if (shape.pattern !== null && !isKept(shape.pattern, before)) {
      refuseStartOffRule(shape.pattern);
    }
    return shape;
  });
}

function isKept(pattern: Pattern, before: Before | null): boolean {
  return (["localStart", "timeZone", "rule"] as const).every((name) => pattern[name] === before?.pattern[name]);
}

/** Start and end of fields that have passed validation. */
export function fromTimes({ startTime, endTime }: Pick<ShapeFields, "startTime" | "endTime">) {
  return {
    startMs: toMs(must(startTime, "start_time")),
    endMs: toMs(must(endTime, "end_time")),
  };
}

/** An instant; NaN, which no record has, for one between milliseconds. */
export function toMs(timestamp: Timestamp): number {
  return timestamp.nanos % 1_000_000 === 0 ? timestampMs(timestamp) : Number.NaN;
}

/** A field of the recurrence breaks a rule. */
export function wrongRule(field: string, rule: string): DomainError {
  return invalidField(field, rule, "INVALID_RECURRENCE");
}

/** The external id that a caller sets; null for none. Throws where a caller may not set it. */
export function externalIdOf(externalId: string, scopes: ReadonlySet<string>, path: string): string | null {
  const key = externalId.trim();
  if (key !== "" && !scopes.has(syncScope)) {
    const field = `${path}.external_id`;
    const rule = `external_id is set only by synchronization: the scope ${syncScope} is required`;
    throw new DomainError("denied", "MISSING_SCOPE", rule, { violations: [{ field, rule }], metadata: { field } });
  }
  return key === "" ? null : key;
}

function orInvalidRule<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error, `${path}.rrule_string`, `${path}.start_time`);
  }
}
