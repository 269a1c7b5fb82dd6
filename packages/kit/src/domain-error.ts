/**
 * What kind of refusal an error is. The errors interceptor turns it into a Connect code; domain and store code knows
 * only the kind.
 */
export type ErrorKind =
  | "invalid"
  | "not_found"
  | "exists"
  | "precondition"
  | "conflict"
  | "denied"
  | "unauthenticated"
  | "exhausted"
  | "unavailable"
  | "deadline";

/** One field that breaks a rule: its path in the request, as in "range.end_time", and the rule in a sentence. */
export interface FieldViolation {
  readonly field: string;
  readonly rule: string;
  /** Whether the rule is a whole sentence that is shown as it is. If not, it is shown after the field's name. */
  readonly isSentence?: boolean;
}

/** Beside the sentence: what the machine reads of an error. */
export interface ErrorFacts {
  /** Facts for the client, without personal data. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The fields at fault, for the kind "invalid". */
  readonly violations?: readonly FieldViolation[];
  /** After how many milliseconds a client should try again; only for the kind "unavailable". */
  readonly retryAfterMs?: number;
  /** What caused it; logged, never sent. */
  readonly cause?: unknown;
}

/**
 * A refusal with an identity of its own: the kind says how a client should react, the reason (a name of
 * calends.errors.v1.Reason without its prefix) why. Pure, so that domain code can throw it.
 */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  /** After how many milliseconds a client should try again; undefined where that is not known. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, reason: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = "DomainError";
    this.kind = kind;
    this.reason = reason;
    this.metadata = facts.metadata ?? {};
    this.violations = facts.violations ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** A field of the request breaks a rule. */
export function invalidField(field: string, rule: string, reason = "INVALID_FIELD"): DomainError {
  return new DomainError("invalid", reason, rule, { violations: [{ field, rule }], metadata: { field } });
}

/** The refusal of a request of which at least one field breaks a rule. */
export function invalidFields(violations: readonly FieldViolation[]): DomainError {
  const sentences = violations.map(({ field, rule, isSentence }) => (isSentence === true ? rule : `${field}: ${rule}`));
  const message = sentences.join("; ");
  const metadata = { field: violations[0]?.field ?? "" };
  return new DomainError("invalid", "INVALID_FIELD", message, { violations, metadata });
}

/** No such record for this caller; never tells whether another organization has it. */
export function notFound(what: string): DomainError {
  return new DomainError("not_found", "NOT_FOUND", `${what} not found or access denied`);
}

/** The body of a request is not what its encoding says. */
export function malformedRequest(cause?: unknown): DomainError {
  return new DomainError("invalid", "MALFORMED_REQUEST", "the request body could not be decoded", { cause });
}
