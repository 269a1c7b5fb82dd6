/** Why a recurrence set is refused. */
export type RuleErrorCode =
  | "SYNTAX"
  | "UNKNOWN_PART"
  | "DUPLICATE_PART"
  | "MISSING_PART"
  | "OUT_OF_RANGE"
  | "NOT_ALLOWED"
  | "CONFLICT"
  | "VALUE_TYPE"
  | "UNKNOWN_ZONE"
  | "UNSUPPORTED"
  | "TOO_LARGE"
  /** The start is no date of its rule. */
  | "START_OFF_RULE"
  /** The start was moved to where it does not tell the days of the rule that was there before. */
  | "RULE_NEEDED";

/** A recurrence set that RFC 5545 or RFC 7529 does not allow; names the part, its value, and why. */
export class InvalidRuleError extends Error {
  /** The part at fault, as in "BYMONTHDAY". */
  readonly part: string;
  /** The value found there. */
  readonly value: string;
  readonly code: RuleErrorCode;

  constructor(part: string, value: string, code: RuleErrorCode, sentence: string) {
    super(`Invalid recurrence rule: ${part}: ${sentence}`);
    this.name = "InvalidRuleError";
    this.part = part;
    this.value = value.length > 100 ? `${value.slice(0, 100)}…` : value;
    this.code = code;
  }
}
