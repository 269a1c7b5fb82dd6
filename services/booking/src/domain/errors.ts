import { DomainError } from "@calends/kit/domain-error";

/** Somebody else has the slot, or a part of it. */
export function slotTaken(): DomainError {
  return new DomainError("precondition", "SLOT_TAKEN", "the slot is taken");
}

/**
 * The type has as many bookings or minutes in that day, week or month of its zone as it allows: `span` is the first local
 * date, `most` the number.
 */
export function limitReached(
  reason: string,
  words: string,
  { zone, span, most }: { readonly zone: string; readonly span: string; readonly most: number },
): DomainError {
  const metadata = { zone, span, limit: String(most), count: String(most) };
  return new DomainError("precondition", reason, `no more than ${words}`, { metadata });
}

/** The policy for bookers or staff forbids the change. */
export function changePolicy(rule: string, why: string): DomainError {
  return new DomainError("precondition", "CHANGE_POLICY", why, { metadata: { rule } });
}

/** The hold cannot become a booking. */
export function holdNotActive(why: string): DomainError {
  return new DomainError("precondition", "HOLD_NOT_ACTIVE", why);
}

/** Every seat of the session is taken, and nobody may wait. */
export function sessionFull(): DomainError {
  return new DomainError("precondition", "SESSION_FULL", "every seat is taken");
}

/** The booker's address has all the seats of the session that it may have. */
export function alreadyRegistered(limit: number): DomainError {
  const why = limit === 1 ? "this address has a seat, or waits for one" : `this address has ${limit} seats, or waits`;
  return new DomainError("precondition", "ALREADY_REGISTERED", why, { metadata: { limit: String(limit) } });
}

/** The session that a registration was checked against has ended, or another has come up. */
export function sessionChanged(): DomainError {
  return new DomainError("conflict", "STALE_VERSION", "the session was changed in the meantime");
}

/** The offered seat was not accepted in time. */
export function offerExpired(): DomainError {
  return new DomainError("precondition", "OFFER_EXPIRED", "the offer has expired");
}

/** The caller lacks the entitlement that the type names. */
export function missingEntitlement(entitlement: string): DomainError {
  const words =
    entitlement === "sustaining_member"
      ? "Only sustaining members can create recurring reservations."
      : `Only callers with the entitlement "${entitlement}" can create recurring reservations.`;
  return new DomainError("denied", "MISSING_ENTITLEMENT", words, { metadata: { entitlement } });
}

/** The type was changed while it was being booked. */
export function typeChanged(): DomainError {
  return new DomainError("conflict", "STALE_VERSION", "the appointment type was changed in the meantime");
}

/** The type cannot be booked. */
export function typeNotActive(): DomainError {
  return new DomainError("precondition", "TYPE_NOT_ACTIVE", "this appointment type cannot be booked");
}

/** The link cannot be used. */
export function linkNotActive(why: string): DomainError {
  return new DomainError("precondition", "LINK_NOT_ACTIVE", `this booking link ${why}`);
}

/** The booking's status does not allow the change. */
export function wrongStatus(status: string, why: string): DomainError {
  return new DomainError("precondition", "BOOKING_STATUS", why, { metadata: { status } });
}

/** The manage link is not one that was given out. */
export function invalidManageLink(): DomainError {
  return new DomainError("denied", "INVALID_MANAGE_LINK", "this link is not valid");
}

/** The manage link has ended, with or without its booking. */
export function manageLinkEnded(): DomainError {
  return new DomainError("denied", "MANAGE_LINK_ENDED", "this link has ended; a new one can be had by mail");
}

/** Somebody else's vote, or one that only an invited person may cast: the link says whose vote it is. */
export function voterLinkRequired(): DomainError {
  return new DomainError("denied", "VOTER_LINK_REQUIRED", "this address votes by its own link");
}

/** Availability cannot be asked, so nothing is booked. */
export function availabilityUnavailable(cause: unknown): DomainError {
  return new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", "availability cannot be reached", { cause });
}

/** The poll's status does not allow the change. */
export function pollStatus(status: string, why: string): DomainError {
  return new DomainError("precondition", "POLL_STATUS", why, { metadata: { status } });
}

/** No rule of the form fits the answers. */
export function noRoute(): DomainError {
  return new DomainError("precondition", "NO_ROUTE", "no rule of the form fits the answers");
}
