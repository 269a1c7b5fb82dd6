import { DomainError, type ErrorKind, type FieldViolation } from "@calends/kit/domain-error";
import { InvalidRuleError, type RuleErrorCode } from "@calends/recurrence";

/** An error as it goes from thread to thread, which takes its class away. */
export type Failure =
  | ({ readonly type: "refusal"; readonly kind: ErrorKind; readonly reason: string; readonly message: string } & Facts)
  | {
      readonly type: "rule";
      readonly part: string;
      readonly value: string;
      readonly code: RuleErrorCode;
      readonly message: string;
    }
  | { readonly type: "fault"; readonly text: string };

interface Facts {
  readonly violations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Makes an error ready to go to another thread. */
export function packError(error: unknown): Failure {
  if (error instanceof DomainError) {
    const { kind, reason, message, violations, metadata } = error;
    return { type: "refusal", kind, reason, message, violations, metadata };
  }
  if (error instanceof InvalidRuleError) {
    const { part, value, code, message } = error;
    return { type: "rule", part, value, code, message };
  }
  return { type: "fault", text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that was thrown on the other thread. */
export function unpackError(failure: Failure): Error {
  switch (failure.type) {
    case "refusal": {
      const { kind, reason, message, violations, metadata } = failure;
      return new DomainError(kind, reason, message, { violations, metadata });
    }
    case "rule": {
      const { part, value, code, message } = failure;
      // The class puts these words before every sentence.
      return new InvalidRuleError(part, value, code, message.slice(`Invalid recurrence rule: ${part}: `.length));
    }
    default:
      return new Error(`on a worker thread: ${failure.text}`);
  }
}

/** What to say of a thread that ended by itself: one that ran out of memory becomes a refusal of what it worked on. */
export function threadError(error: unknown): unknown {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    const message = "the recurrence takes too much memory to be worked out";
    return new DomainError("exhausted", "INVALID_RECURRENCE", message, { cause: error });
  }
  return error;
}
