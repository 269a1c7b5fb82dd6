import type { Interceptor } from "@connectrpc/connect";
import { toConnectError } from "../connect-errors.ts";

/** Turns whatever a handler throws into a code and details; the only place that does. */
export function errorsInterceptor(): Interceptor {
  return (next) => async (request) => {
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: mapErrors(response.message) } : response;
    } catch (error) {
      throw toConnectError(error);
    }
  };
}

async function* mapErrors<T>(messages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw toConnectError(error);
  }
}
