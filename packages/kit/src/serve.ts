import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Health } from "@calends/contracts/grpc/health/v1/health_pb";
import { ServerReflection } from "@calends/contracts/grpc/reflection/v1/reflection_pb";
import { Code, createConnectRouter, createContextValues, type ConnectRouter } from "@connectrpc/connect";
import {
  uResponseNotFound,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { CallsInProgress } from "./calls-in-progress.ts";
import { serverStopping } from "./connect-errors.ts";
import { createGate } from "./gate.ts";
import { createHealthState, healthService, type HealthState } from "./health.ts";
import type { Verifier } from "./identity.ts";
import { errorsInterceptor } from "./interceptors/errors.ts";
import { idsInterceptor } from "./interceptors/ids.ts";
import { logInterceptor } from "./interceptors/log.ts";
import { validateInterceptor } from "./interceptors/validate.ts";
import { BodyBudget } from "./limits/body-budget.ts";
import { connectionOf, guardHandler, type Origin, type Respond } from "./limits/guard-handler.ts";
import { endUploadWithAnswer, listen, type RequestListener } from "./listen.ts";
import type { Observer } from "./observe.ts";
import { reflectionService } from "./reflection.ts";
import { enteredInterceptor } from "./interceptors/entered.ts";

/** What a server is made of. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly verifier: Verifier;
  readonly observer: Observer;
  /** Most bytes of unanswered requests that the process, and each connection, may hold in memory. */
  readonly budget?: BodyBudget;
  /** Sees each request first; true means that it has answered it. */
  readonly before?: (...request: Parameters<RequestListener>) => boolean;
}

/** A running server: health and reflection at once, its own services once they are mounted. */
export interface Server {
  readonly port: number;
  readonly health: HealthState;
  /** Adds services. Until then every call is answered "unavailable". */
  mount(routes: (router: ConnectRouter) => void): void;
  /** Answers what is no RPC: REST paths, static files. */
  fallback(listener: RequestListener): void;
  /** Runs an RPC in this process as if it came from the network, with the gate, the limits and the interceptors. */
  dispatch(
    method: DescMethod,
    request: Omit<UniversalServerRequest, "url">,
    from: Origin,
  ): Promise<UniversalServerResponse>;
  /** Refuses new calls and waits for those in progress, at most so long; then they are cancelled. */
  drain(timeoutMs: number): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Most bytes of any request. Each RPC has its own lower limit. */
const maxMessageBytes = 4 * 1024 * 1024;
const maxTimeoutMs = 300_000;

/** Opens a port that serves gRPC, gRPC-Web and Connect over HTTP/1.1 and HTTP/2. */
export async function serve(options: ServeOptions): Promise<Server> {
  const health = createHealthState();
  const calls = new CallsInProgress();
  const shutdown = new AbortController();
  const budget = options.budget ?? new BodyBudget();
  const paths = new Map<string, UniversalHandler>();
  const services: DescService[] = [];
  let fallback: RequestListener = (_request, response) => {
    response.statusCode = uResponseNotFound.status;
    response.end();
  };

  const mount = (routes: (router: ConnectRouter) => void) => {
    const router = createConnectRouter(routerOptions(options, shutdown.signal));
    routes(router);
    for (const handler of router.handlers) {
      paths.set(handler.requestPath, handler);
      if (!services.includes(handler.service)) {
        services.push(handler.service);
      }
    }
  };
  mount((router) => {
    const names = () => new Set(services.map(({ typeName }) => typeName));
    router.service(Health, healthService(health, names));
    router.service(
      ServerReflection,
      reflectionService(() => services),
    );
  });

  const respondBy = (handler: UniversalHandler | undefined, from: Origin) =>
    handler === undefined ? unknownRpc(health) : guardHandler(handler, options.observer, budget, from);

  const answerAny: RequestListener = (request, response) => {
    if (options.before?.(request, response) === true) {
      return;
    }
    const path = request.url?.split("?", 1)[0] ?? "";
    const handler = paths.get(path);
    const isOurs = path.startsWith("/calends.");
    if (isOurs || handler === undefined) {
      // A health watch may go on for ever and is not waited for.
      response.once("close", calls.begin());
    }
    if (handler === undefined && !isOurs) {
      fallback(request, response);
      return;
    }
    const contextValues = createContextValues();
    const universal = universalRequestFromNodeRequest(request, response, undefined, contextValues);
    const respond = respondBy(handler, { connection: connectionOf(request) });
    respond({ ...universal, contextValues })
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => response.destroy());
  };
  const onRequest: RequestListener = (request, response) => {
    endUploadWithAnswer(request, response);
    try {
      answerAny(request, response);
    } catch (error) {
      options.observer.failed(error);
      response.statusCode = 500;
      response.end();
    }
  };
  const listener = await listen(options.host, options.port, onRequest);
  return {
    port: listener.port,
    health,
    mount,
    fallback(handler) {
      fallback = handler;
    },
    dispatch(method, request, from) {
      const path = `/${method.parent.typeName}/${method.name}`;
      const handler = paths.get(path);
      const url = `http://localhost${path}`;
      const respond = respondBy(handler, from);
      return respond({ ...request, url, contextValues: createContextValues() });
    },
    async drain(timeoutMs) {
      health.set(false);
      listener.stop();
      await calls.finished(timeoutMs);
      shutdown.abort(serverStopping);
      await calls.finished(Math.min(timeoutMs, 1000));
    },
    close: () => listener.close(),
  };
}

/** Within a data centre, packing an answer of some kilobytes takes longer than sending it. */
const compressMinBytes = 65_536;

function routerOptions(options: ServeOptions, shutdownSignal: AbortSignal) {
  return {
    acceptCompression: [compressionGzip],
    compressMinBytes,
    readMaxBytes: maxMessageBytes,
    jsonOptions: { ignoreUnknownFields: false },
    maxTimeoutMs,
    shutdownSignal,
    requestGate: createGate(options.verifier, options.observer),
    interceptors: [
      enteredInterceptor(),
      logInterceptor(options.observer),
      errorsInterceptor(),
      idsInterceptor(),
      validateInterceptor(),
    ],
  };
}

/** While a service starts, its RPCs are not mounted yet: another replica, or a later try, will answer. */
function unknownRpc(health: HealthState): Respond {
  return async (request) => {
    const starting = !health.serving;
    if (request.header.get("content-type")?.startsWith("application/grpc")) {
      const trailer = new Headers({ "grpc-status": String(starting ? Code.Unavailable : Code.Unimplemented) });
      const type = request.header.get("content-type") ?? "application/grpc";
      return { status: 200, header: new Headers({ "content-type": type, ...Object.fromEntries(trailer) }), trailer };
    }
    const body = JSON.stringify({
      code: starting ? "unavailable" : "unimplemented",
      message: starting ? "starting" : "unknown RPC",
    });
    return {
      status: starting ? 503 : 404,
      header: new Headers({ "content-type": "application/json" }),
      body: (async function* () {
        yield new TextEncoder().encode(body);
      })(),
    };
  };
}
