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

/** What answers a call. */
export type Respond = (
  request: UniversalServerRequest & { contextValues: ContextValues },
) => Promise<UniversalServerResponse>;

/** Where a request comes from. */
export interface Origin {
  /** The HTTP/2 session or HTTP/1.1 socket, to which the bytes of its requests are counted. */
  readonly connection: object;
  /** Makes the RPC's request from a JSON body that is not one yet. */
  readonly convert?: Convert;
}

type Refused = (values: ContextValues, error: ConnectError) => void;

/** A handler behind the limits of its RPC: what breaks them is the caller's fault, as is what cannot be decoded. */
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

/** A body whose refusals are noted, and are what the caller is told. */
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

/** What an HTTP/2 session or an HTTP/1.1 socket is to the requests on it. */
export function connectionOf(request: Parameters<RequestListener>[0]): object {
  return "stream" in request ? (request.stream.session ?? request) : request.socket;
}
