import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { kindOf } from "./database-errors.ts";
import { DomainError, malformedRequest, type ErrorKind, type FieldViolation } from "./domain-error.ts";
import { mostViolations } from "./limits/field-rules.ts";

/** The domain of every reason in google.rpc.ErrorInfo. */
export const errorDomain = "calends.dev";

const codes: Readonly<Record<ErrorKind, Code>> = {
  invalid: Code.InvalidArgument,
  not_found: Code.NotFound,
  exists: Code.AlreadyExists,
  precondition: Code.FailedPrecondition,
  conflict: Code.Aborted,
  denied: Code.PermissionDenied,
  unauthenticated: Code.Unauthenticated,
  exhausted: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
  deadline: Code.DeadlineExceeded,
};

/**
 * Turns whatever was thrown into the error that a client may see. The message of an error with a reason of Calends is
 * passed on. Any other message may name hosts, tables or values: the client gets only the kind of the failure, and the
 * log gets the rest.
 */
export function toConnectError(error: unknown): ConnectError {
  const known = error instanceof ConnectError ? error : kindOf(error);
  if (known instanceof DomainError) {
    return fromDomainError(known);
  }
  if (!(known instanceof ConnectError)) {
    return internalError(known);
  }
  return isOurs(known) || known === serverStopping ? known : withoutWords(known);
}

/**
 * The error with which a stopping server ends the calls that it has not finished in time. It carries no reason, because
 * Calends's own clients take an error with a reason for an answer, and try another replica after one without.
 */
export const serverStopping = new ConnectError("the server is shutting down; try again", Code.Unavailable);

function isOurs(error: ConnectError): boolean {
  return error.findDetails(ErrorInfoSchema).some(({ domain }) => domain === errorDomain);
}

/** After how many milliseconds a client should try a service again that could not be reached. */
const unreachableRetryMs = 1_000;

/** The error that a client gets for a failure of the transport, by its code. Other codes become an internal error. */
function withoutWords(error: ConnectError): ConnectError {
  const facts = { cause: error };
  switch (error.code) {
    case Code.Unavailable: {
      const retryAfterMs = unreachableRetryMs;
      const message = "a service that this call needs cannot be reached; try again";
      return fromDomainError(
        new DomainError("unavailable", "DEPENDENCY_UNAVAILABLE", message, { ...facts, retryAfterMs }),
      );
    }
    case Code.DeadlineExceeded:
      return new ConnectError("the deadline was exceeded", error.code, undefined, undefined, error);
    case Code.Canceled:
      return new ConnectError("the call was cancelled", error.code, undefined, undefined, error);
    case Code.ResourceExhausted:
      return new ConnectError("the request or its answer is too large", error.code, undefined, undefined, error);
    case Code.Unimplemented:
      return new ConnectError("this RPC is not implemented", error.code, undefined, undefined, error);
    case Code.InvalidArgument:
      return fromDomainError(malformedRequest(error));
    case Code.NotFound:
      return new ConnectError("not found", error.code, undefined, undefined, error);
    default:
      return internalError(error);
  }
}

/** The reason in an error's google.rpc.ErrorInfo, or undefined when it carries none. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0]?.reason : undefined;
}

/** The fields that an error's google.rpc.BadRequest names. */
export function violationsOf(error: unknown): FieldViolation[] {
  if (!(error instanceof ConnectError)) {
    return [];
  }
  return error
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations.map(({ field, description }) => ({ field, rule: description })));
}

/** An error travels in headers, of which clients take some kilobytes: what is longer would arrive as INTERNAL. */
const longestText = 500;

function short(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).toWellFormed()}…`;
}

function fromDomainError(error: DomainError): ConnectError {
  const metadata = Object.entries(error.metadata).map(([key, value]) => [key, short(value)] as const);
  const info: MessageInitShape<typeof ErrorInfoSchema> = {
    reason: error.reason,
    domain: errorDomain,
    metadata: Object.fromEntries(metadata),
  };
  const message = short(error.message);
  const connectError = new ConnectError(message, codes[error.kind], undefined, undefined, error.cause ?? error);
  connectError.details.push({ desc: ErrorInfoSchema, value: create(ErrorInfoSchema, info) });
  if (error.violations.length > 0) {
    const fieldViolations = error.violations.slice(0, mostViolations).map(({ field, rule }) => ({
      field: short(field),
      description: short(rule),
      reason: error.reason,
    }));
    connectError.details.push({ desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations }) });
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = durationFromMs(error.retryAfterMs);
    connectError.details.push({ desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay }) });
  }
  return connectError;
}

function internalError(cause: unknown): ConnectError {
  return new ConnectError("internal error", Code.Internal, undefined, undefined, cause);
}
