/** What a refused call means for the page. Branches on codes and reasons of the contract, never on sentences. */
import { Code, ConnectError } from "@connectrpc/connect";
import type { Reason } from "@calends/contracts/calends/errors/v1/reason_pb";
import { BadRequestSchema, ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";

/** Violation is a field of the request that breaks a rule, by its path. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** Failure is why a call gave no answer, as far as the page has to tell cases apart. */
export type Failure =
  /** Nothing has this address. */
  | { readonly kind: "missing" }
  /** The link is switched off, expired or used up. */
  | { readonly kind: "link_closed" }
  /** The appointment type takes no bookings. */
  | { readonly kind: "type_closed" }
  /** The manage link is incomplete or forged. */
  | { readonly kind: "bad_manage_link" }
  /** The manage link has ended; a new one can be asked for by mail. */
  | { readonly kind: "ended_manage_link" }
  /** Somebody else has the slot. */
  | { readonly kind: "taken" }
  /** The slot cannot be booked for another reason. */
  | { readonly kind: "unbookable" }
  /** The booking's status does not allow the change. */
  | { readonly kind: "settled" }
  /** The address already has as many seats in this session as one address may have. */
  | { readonly kind: "registered" }
  /** Fields break rules. */
  | { readonly kind: "fields"; readonly violations: readonly Violation[] }
  /** Too many requests. */
  | { readonly kind: "throttled" }
  /** No answer came: the call may or may not have had its effect. */
  | { readonly kind: "unreachable" }
  /** Anything else. */
  | { readonly kind: "unknown" };

type SimpleKind = Exclude<Failure["kind"], "fields">;

/** A name of the contract's enum: a renamed reason does not compile. */
const KIND_BY_REASON: Partial<Record<keyof typeof Reason, SimpleKind>> = {
  NOT_FOUND: "missing",
  LINK_NOT_ACTIVE: "link_closed",
  TYPE_NOT_ACTIVE: "type_closed",
  INVALID_MANAGE_LINK: "bad_manage_link",
  MANAGE_LINK_ENDED: "ended_manage_link",
  SLOT_TAKEN: "taken",
  CALENDAR_BUSY: "unbookable",
  NOTICE: "unbookable",
  HORIZON: "unbookable",
  OUTSIDE_HOURS: "unbookable",
  DAILY_LIMIT: "unbookable",
  OFF_GRID: "unbookable",
  DURATION_NOT_OFFERED: "unbookable",
  BOOKING_STATUS: "settled",
  ALREADY_REGISTERED: "registered",
};

const KIND_BY_CODE = new Map<Code, SimpleKind>([
  [Code.NotFound, "missing"],
  [Code.ResourceExhausted, "throttled"],
  [Code.Unavailable, "unreachable"],
  [Code.DeadlineExceeded, "unreachable"],
  [Code.Aborted, "unreachable"],
]);

const KINDS_BY_REASON = new Map<string, SimpleKind>(Object.entries(KIND_BY_REASON));

/** Returns what an error that a call threw means. */
export function readFailure(thrown: unknown): Failure {
  const error = ConnectError.from(thrown);
  const violations = error
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations.map(({ field, description }) => ({ field, description })));
  const kind = kindOf(error);
  if (kind === undefined && error.code === Code.InvalidArgument) {
    return { kind: "fields", violations };
  }
  return { kind: kind ?? "unknown" };
}

function kindOf(error: ConnectError): SimpleKind | undefined {
  for (const { reason } of error.findDetails(ErrorInfoSchema)) {
    const kind = KINDS_BY_REASON.get(reason);
    if (kind !== undefined) {
      return kind;
    }
  }
  // fetch rejects with a TypeError when nothing answers; Connect keeps it as the cause.
  return error.cause instanceof TypeError ? "unreachable" : KIND_BY_CODE.get(error.code);
}

const SENTENCES: Record<Failure["kind"], string> = {
  taken: "Somebody else has just taken that time.",
  unbookable: "That time cannot be booked any more.",
  settled: "This booking cannot be changed any more.",
  registered: "This address already has a seat at that time. The link in the mail about it leads to that booking.",
  throttled: "There were too many requests. Please wait a moment and try again.",
  unreachable: "We could not reach the server. Please check your connection and try again.",
  fields: "Please check what you entered.",
  missing: "This link cannot be used any more.",
  link_closed: "This link cannot be used any more.",
  type_closed: "No bookings are taken here at the moment.",
  bad_manage_link: "This link cannot be used any more.",
  ended_manage_link: "This link has ended. Load the page again to ask for a new one.",
  unknown: "Something went wrong on our side. Please try again.",
};

/** Returns a sentence for the visitor about a failure that leaves them where they are. */
export function failureInWords(failure: Failure): string {
  return SENTENCES[failure.kind];
}
