import type { ConnectError, ContextValues } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { callKey } from "../call.ts";
import { toConnectError } from "../connect-errors.ts";
import { DomainError } from "../domain-error.ts";
import { hasEntered, markEntered } from "../interceptors/entered.ts";
import type { RequestListener } from "../listen.ts";
import { refuseMalformed } from "../malformed.ts";
import { must } from "../must.ts";
import type { Observer } from "../observe.ts";
import type { BodyBudget } from "./body-budget.ts";
import { guardBody, type Convert } from "./guard-body.ts";

/** Answers a call. */
export type Respond = (
  request: UniversalServerRequest & { contextValues: ContextValues },
) => Promise<UniversalServerResponse>;

/** The connection that a request came on, and how its body becomes the RPC's request. */
export interface Origin {
  /** The HTTP/2 session or HTTP/1.1 socket. The bytes of its requests are limited together. */
  readonly connection: object;
  /** Converts a JSON body that is not yet the RPC's request, as in REST. */
  readonly convert?: Convert;
}

type Refused = (values: ContextValues, error: ConnectError) => void;

/** Wraps a handler in the limits of its RPC. A body that exceeds them or cannot be decoded is an error of the caller. */
export function guardHandler(
  handler: UniversalHandler,
  observer: Observer,
  budget: BodyBudget,
  { connection, convert }: Origin,
): Respond {
  const refused: Refused = (values, error) =>
    observer.finished(handler.method, must(values.get(callKey), "the call in progress"), error);
  const respond = refuseMalformed(handler, hasEntered, refused);
  return async (request) => {
    using account = budget.open(connection);
    const { contextValues } = request;
    const { body, ...rest } = guardBody(handler.method, request, account, convert);
    return await respond({ ...rest, body: refusing(body, contextValues, refused), contextValues });
  };
}

/** Wraps a body so that the error thrown while it was read is kept, and is the one that the caller gets. */
function refusing(body: UniversalServerRequest["body"], values: ContextValues, refused: Refused) {
  if (typeof body !== "object" || body === null || !(Symbol.asyncIterator in body)) {
    return body;
  }
  return (async function* () {
    try {
      yield* body;
    } catch (error) {
      if (!(error instanceof DomainError)) {
        throw error;
      }
      const refusal = toConnectError(error);
      markEntered(values);
      refused(values, refusal);
      throw refusal;
    }
  })();
}

/** The connection of a request: its HTTP/2 session or its HTTP/1.1 socket. */
export function connectionOf(request: Parameters<RequestListener>[0]): object {
  return "stream" in request ? (request.stream.session ?? request) : request.socket;
}
