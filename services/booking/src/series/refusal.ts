import { DomainError } from "@calends/kit/domain-error";

/** A refusal that says which date it is about. */
export function onDate(refusal: DomainError, recurrenceId: Date): DomainError {
  const { kind, reason, message, metadata } = refusal;
  const details = { ...metadata, recurrence_id: recurrenceId.toISOString() };
  return new DomainError(kind, reason, message, { metadata: details, cause: refusal });
}
