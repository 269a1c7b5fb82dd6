import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { CalendarTimeFields } from "@calends/contracts/calends/availability/v1/calendar_time_pb";
import { DomainError, invalidField } from "@calends/kit/domain-error";
import { must } from "@calends/kit/must";
import { refusalOf } from "@calends/recurrence-contract/refusal";
import { ruleTextOf } from "@calends/recurrence-contract/rule-form";
import type { Pattern } from "../../domain/pattern.ts";
import { readShape, type Shape } from "../../domain/read-pattern.ts";

/** Who may say under which key synchronization knows a time. */
export const syncScope = "sync:write";

type ShapeFields = Pick<CalendarTimeFields, "startTime" | "endTime" | "recurrenceRule" | "rruleString" | "extraLines">;

/** What a time has before a change. */
export interface KnownPattern {
  /** What stays where no rule is given. */
  readonly kept: Pick<Pattern, "rule" | "extraLines">;
  readonly like: Pattern;
}

/** When a time takes place, from fields that have passed validation; `known` is the pattern that it has until now. */
export function fromShapeFields(
  fields: ShapeFields,
  timeZone: string,
  path: string,
  known: KnownPattern | null = null,
): Shape {
  return orInvalidRule(path, () => {
    const rule = ruleTextOf(fields, path);
    const { startMs, endMs } = fromTimes(fields);
    const given = { rule, extraLines: fields.extraLines };
    const recurrence = rule === "" && fields.extraLines === "" ? (known?.kept ?? given) : given;
    return readShape({ startMs, endMs, timeZone, ...recurrence, like: known?.like ?? null }, path);
  });
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
    throw refusalOf(error, `${path}.rrule_string`);
  }
}
