/** The one recurrence algorithm: RFC 5545 with its errata, RFC 7529's calendars and SKIP, right in every zone. Pure; runs in browsers. */
export { compile, type CompileOptions } from "./compile.ts";
export { type CompiledSet, type Window, type WindowOptions } from "./compiled-set.ts";
export { describe, type DescribeOptions } from "./describe.ts";
export { InvalidRuleError, type RuleErrorCode } from "./errors.ts";
export { expandMany } from "./expand-many.ts";
export { fromFields, toFields, type RuleFields } from "./fields.ts";
export { formatRule } from "./format-rule.ts";
export { overlay, type Occurrence, type OccurrenceException } from "./overlay.ts";
export { parseRule } from "./parse-rule.ts";
export { type ByDay, type ByMonth, type Frequency, type Rule, type Skip, type Until, type Weekday } from "./rule.ts";
