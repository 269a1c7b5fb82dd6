import type { ConnectError, Interceptor } from "@connectrpc/connect";
import { callKey, type Call } from "../call.ts";
import { toConnectError } from "../connect-errors.ts";
import { must } from "../must.ts";
import type { Observer } from "../observe.ts";

/** Notes the end of each call that has passed the gate; of a stream, its last message or its failure. */
export function logInterceptor(observer: Observer): Interceptor {
  return (next) => async (request) => {
    const call: Call = must(request.contextValues.get(callKey), "the call in progress");
    const finished = (error?: ConnectError) => observer.finished(request.method, call, error);
    try {
      const response = await next(request);
      if (!response.stream) {
        finished();
        return response;
      }
      return { ...response, message: untilEnd(response.message, finished) };
    } catch (error) {
      finished(toConnectError(error));
      throw error;
    }
  };
}

async function* untilEnd<T>(messages: AsyncIterable<T>, finished: (error?: ConnectError) => void): AsyncIterable<T> {
  let failure: ConnectError | undefined;
  try {
    yield* messages;
  } catch (error) {
    failure = toConnectError(error);
    throw error;
  } finally {
    finished(failure);
  }
}
