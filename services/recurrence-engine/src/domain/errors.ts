import { DomainError, notFound } from "@calends/kit/domain-error";

/** The series' status does not allow the change. */
export function wrongStatus(status: string, why: string): DomainError {
  return new DomainError("precondition", "SERIES_STATUS", why, { metadata: { status } });
}

/** The pattern has no such date. */
export function noOccurrence(): DomainError {
  return notFound("Occurrence");
}
