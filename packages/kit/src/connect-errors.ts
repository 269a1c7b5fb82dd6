import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { BadRequestSchema, ErrorInfoSchema } from "@calends/contracts/google/rpc/error_details_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { DomainError, type ErrorKind, type FieldViolation } from "./domain-error.ts";

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

/** Turns whatever was thrown into what a client may see. An unknown error says only "internal error". */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof DomainError) {
    return fromDomainError(error);
  }
  if (error instanceof ConnectError) {
    return error.code === Code.Unknown ? internalError(error) : error;
  }
  return internalError(error);
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
const mostViolations = 20;

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
  return connectError;
}

function internalError(cause: unknown): ConnectError {
  return new ConnectError("internal error", Code.Internal, undefined, undefined, cause);
}
