import { systemClock } from "@calends/kit/clock";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import type { Claims } from "@calends/kit/identity";
import type { RequestListener } from "@calends/kit/listen";
import { must } from "@calends/kit/must";
import { startService, type Overrides, type Parts, type RunningService } from "@calends/kit/service";
import { createTokenVerifier } from "./auth.ts";
import type { GatewayConfig, Upstream } from "./config.ts";
import { createCors } from "./cors.ts";
import { keepPrivate } from "./private-answers.ts";
import { serveRest } from "./rest/serve-rest.ts";
import { forwardService } from "./rpc/forward.ts";
import { upstreamServices } from "./upstreams.ts";
import { serveWeb } from "./web.ts";

/** Starts the gateway: the one front door for browsers, programs and calendar readers. */
export function startGateway(config: GatewayConfig, overrides: Overrides = {}): Promise<RunningService> {
  const verifier = createTokenVerifier(config.auth, overrides.clock ?? systemClock);
  const build = async ({ stack, server, signer, signal, serveRpcs }: Parts) => {
    const transports = new Map(
      Object.entries(config.targets).map(([name, target]) => [name, stack.use(createGrpcTransport({ target }))]),
    );
    const bearerFor = (name: Upstream) => (claims: Claims) => signer.bearer(claims, name);
    const transportOf = (name: Upstream) => must(transports.get(name), name);
    serveRpcs((router) => {
      for (const [name, service] of upstreamServices) {
        router.service(
          service,
          forwardService(service, { transport: transportOf(name), bearer: bearerFor(name), stopping: signal }),
        );
      }
    });
    const services = upstreamServices.map(([, service]) => service);
    const rest = serveRest(server, services, notFound);
    server.fallback(config.webRoot === null ? rest : serveWeb(config.webRoot, rest));
  };
  const cors = createCors(config.corsOrigins);
  const before: typeof cors = (request, response) => {
    keepPrivate(request, response);
    return cors(request, response);
  };
  return startService("gateway", config.server, overrides, build, { verifier, before });
}

const notFound: RequestListener = (_request, response) => {
  response.statusCode = 404;
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify({ error: { code: "not_found", message: "there is nothing at this address" } }));
};
