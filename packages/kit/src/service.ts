import type { ConnectRouter } from "@connectrpc/connect";
import { systemClock, type Clock } from "./clock.ts";
import type { ServerConfig } from "./config.ts";
import { createSigner, createVerifier, type Signer, type Verifier } from "./identity.ts";
import { createLogger, type Logger } from "./logger.ts";
import { createMetrics, serveMetrics, type Metrics } from "./metrics.ts";
import { createObserver } from "./observe.ts";
import { serve, type ServeOptions, type Server } from "./serve.ts";

/** What tests and the one-process constellation put in place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** What the front door does differently: it knows its callers by other tokens, and answers more than RPCs. */
export interface ServerSettings {
  readonly verifier?: Verifier;
  readonly before?: NonNullable<ServeOptions["before"]>;
}

/** What a service is built from; each part it opens goes on the stack and is closed in reverse order. */
export interface Parts {
  readonly stack: AsyncDisposableStack;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly signer: Signer;
  /** Aborts when the service is told to stop, also while it still waits for its database. */
  readonly signal: AbortSignal;
  readonly server: Server;
  /** Mounts the RPCs. What is opened before this call outlives the calls in progress; what is opened after does not. */
  readonly serveRpcs: (routes: (router: ConnectRouter) => void) => void;
}

/** A service that has opened its port. Disposing of it drains and closes everything. */
export interface RunningService extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly metricsPort: number | undefined;
  /** Settles when the service serves; rejects when it cannot start. */
  readonly ready: Promise<void>;
}

/**
 * Opens a service's port at once, NOT_SERVING, and builds the service behind it. On disposal: readiness stops, what was
 * opened last closes first, calls in progress finish before what they need is closed.
 */
export async function startService(
  name: string,
  config: ServerConfig,
  overrides: Overrides,
  build: (parts: Parts) => Promise<void>,
  settings: ServerSettings = {},
): Promise<RunningService> {
  const clock = overrides.clock ?? systemClock;
  const logger = overrides.logger ?? createLogger(name, config.logLevel);
  const metrics = createMetrics(name);
  const stopping = new AbortController();
  const stack = new AsyncDisposableStack();
  try {
    const { trustedIssuers, issuerPermissions: permissions } = config;
    const verifier = settings.verifier ?? (await createVerifier({ service: name, trustedIssuers, permissions }, clock));
    const signer = await createSigner(config.signingKey, clock);
    const server = await serve({ ...config, ...settings, verifier, observer: createObserver(logger, metrics) });
    stack.defer(() => server.close());
    const metricsServer =
      config.metricsPort === undefined
        ? undefined
        : stack.use(await serveMetrics(metrics, config.host, config.metricsPort));
    const serveRpcs = (routes: (router: ConnectRouter) => void) => {
      server.mount(routes);
      stack.defer(() => server.drain(config.drainTimeoutMs));
    };
    logger.info({ port: server.port }, "listening");
    const parts = { stack, clock, logger, metrics, signer, server, serveRpcs, signal: stopping.signal };
    const ready = whenBuilt(build(parts), server, logger);
    return {
      name,
      port: server.port,
      metricsPort: metricsServer?.port,
      ready,
      async [Symbol.asyncDispose]() {
        server.health.set(false);
        stopping.abort(new Error("the service is stopping"));
        // A start that failed or was cut short has been reported through `ready`; what it opened is closed here.
        await ready.catch(() => undefined);
        await stack.disposeAsync();
        logger.info("stopped");
      },
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function whenBuilt(building: Promise<void>, server: Server, logger: Logger): Promise<void> {
  await building;
  server.health.set(true);
  logger.info({ port: server.port }, "serving");
}
