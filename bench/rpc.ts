import { once } from "node:events";
import { createServer } from "node:http2";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@calends/contracts/grpc/health/v1/health_pb";
import { createGrpcTransport } from "@calends/kit/grpc-transport";
import { createLogger } from "@calends/kit/logger";
import { createMetrics } from "@calends/kit/metrics";
import { createObserver } from "@calends/kit/observe";
import { serve } from "@calends/kit/serve";
import { createClient } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

/**
 * `npm run bench:rpc`: what the kit costs a call. One client, 64 calls in flight, an empty RPC; ours with gate,
 * interceptors and validation, the floor with none of them.
 */
const inFlight = 64;
const callsPerRound = 4000;
const rounds = 5;

async function callsPerSecond(port: number): Promise<number> {
  using transport = createGrpcTransport({ target: `ipv4:127.0.0.1:${port}` });
  const client = createClient(Health, transport);
  let left = callsPerRound;
  const began = performance.now();
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await client.check({ service: "" });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return callsPerRound / ((performance.now() - began) / 1000);
}

async function startFloor(): Promise<AsyncDisposable & { readonly port: number }> {
  const handler = connectNodeAdapter({
    routes: (router) => void router.service(Health, { check: () => ({ status: Status.SERVING }) }),
  });
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await using floor = await startFloor();
await using stack = new AsyncDisposableStack();
const observer = createObserver(createLogger("bench", "silent"), createMetrics("bench"));
const ours = await serve({ host: "127.0.0.1", port: 0, verifier: { verify: async () => null }, observer });
stack.defer(() => ours.close());
ours.health.set(true);

const results: { ours: number; floor: number }[] = [];
for (let round = 0; round <= rounds; round += 1) {
  const result = { ours: await callsPerSecond(ours.port), floor: await callsPerSecond(floor.port) };
  if (round > 0) {
    results.push(result); // The first round warms up.
  }
}
const oursMedian = median(results.map((result) => result.ours));
const floorMedian = median(results.map((result) => result.floor));
process.stdout.write(
  [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${inFlight} in flight, median of ${rounds} rounds`,
    "| server | calls a second | of the floor |",
    "| --- | --- | --- |",
    `| Calends (gate, interceptors, validation) | ${Math.round(oursMedian)} | ${(oursMedian / floorMedian).toFixed(2)} |`,
    `| connect-node, bare | ${Math.round(floorMedian)} | 1 |`,
    "",
  ].join("\n"),
);
