import { createServer } from "node:http";
import { once } from "node:events";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The numbers that one service instance shows to Prometheus. Labels have few values; none is personal. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds that served RPCs took, by service, method and code. */
  readonly rpcSeconds: Histogram<"service" | "method" | "code">;
  /** How many events were published, set_aside, consumed, retried or dead; which of these is the label `outcome`. */
  readonly events: Counter<"stream" | "outcome">;
  /** Events in the outbox that are not published yet. Every replica shows the number of the whole database. */
  readonly outboxPending: Gauge;
  /** Seconds since the oldest unpublished event was written; 0 when all are published. */
  readonly outboxOldestSeconds: Gauge;
  /** Events that the broker refused and that the relay does not try to publish again. */
  readonly outboxSetAside: Gauge;
  /** 1 if one of the replicas is the leader that publishes the outbox, otherwise 0. */
  readonly outboxLed: Gauge;
  /** 1 if a consumer gets no events because it or its stream cannot be reached, otherwise 0. */
  readonly consumerStopped: Gauge<"consumer" | "stream">;
  /** Rows of read models that differed from their owner's and were repaired: missing, extra or wrong. */
  readonly readModelDrift: Counter<"read_model" | "kind">;
}

/** Makes the metrics of one service instance. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ calends_service: service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    rpcSeconds: new Histogram({
      name: "calends_rpc_seconds",
      help: "Seconds that served RPCs took.",
      labelNames: ["service", "method", "code"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    events: new Counter({
      name: "calends_events_total",
      help: "Events, by what happened to them.",
      labelNames: ["stream", "outcome"],
      registers,
    }),
    outboxPending: new Gauge({
      name: "calends_outbox_pending",
      help: "Events in the outbox that are not published yet.",
      registers,
    }),
    outboxOldestSeconds: new Gauge({
      name: "calends_outbox_oldest_seconds",
      help: "Seconds since the oldest unpublished event in the outbox was written.",
      registers,
    }),
    outboxSetAside: new Gauge({
      name: "calends_outbox_set_aside",
      help: "Events that the broker refused and that are not published again.",
      registers,
    }),
    outboxLed: new Gauge({
      name: "calends_outbox_led",
      help: "1 while some process publishes the outbox, 0 while none does.",
      registers,
    }),
    consumerStopped: new Gauge({
      name: "calends_consumer_stopped",
      help: "1 while a consumer gets no events because it or its stream is missing, else 0.",
      labelNames: ["consumer", "stream"],
      registers,
    }),
    readModelDrift: new Counter({
      name: "calends_read_model_drift_total",
      help: "Rows of read models that were not as their owner has them, and were repaired.",
      labelNames: ["read_model", "kind"],
      registers,
    }),
  };
}

/** Serves /metrics on a port of its own, so that the port of RPCs can be open to more callers. */
export async function serveMetrics(
  metrics: Metrics,
  host: string,
  port: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
