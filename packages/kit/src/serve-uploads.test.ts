import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type ClientHttp2Session } from "node:http2";
import { text } from "node:stream/consumers";
import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BodyBudget } from "./limits/body-budget.ts";
import { serve, type Server } from "./serve.ts";

const mib = 1024 * 1024;
const path = `/${BlockedTimeService.typeName}/BulkCreateBlockedTimes`;
const caller = { organizationId: null, subject: "test", issuer: "test", scopes: new Set(["calendars:write"]) };

let server: Server;
let budget: BodyBudget;

beforeEach(async () => {
  budget = new BodyBudget({ total: 64 * mib, perConnection: 16 * mib });
  const observer = { finished: () => undefined, failed: () => undefined };
  const verifier = { verify: async () => caller };
  server = await serve({ host: "127.0.0.1", port: 0, verifier, observer, budget });
  server.mount((router) => router.service(BlockedTimeService, {}));
});
afterEach(() => server.close());

function open(session: ClientHttp2Session) {
  const stream = session.request({ ":path": path, ":method": "POST", "content-type": "application/proto" });
  stream.on("error", () => undefined);
  return stream;
}

test("many uploads of 4 MB on one connection hold no more memory than its share, and another connection is served", async () => {
  const session = connect(`http://127.0.0.1:${server.port}`, { maxSessionMemory: 1000 });
  session.on("error", () => undefined);
  let busy = 0;
  let mostHeld = 0;
  for (let index = 0; index < 100; index += 1) {
    const stream = open(session);
    stream.write(Buffer.alloc(3 * mib)); // This is less than the RPC's limit, and the body is never ended.
    stream.on("response", ({ ":status": status }) => {
      busy += status === 503 ? 1 : 0;
      stream.resume();
    });
  }
  while (busy < 50) {
    mostHeld = Math.max(mostHeld, budget.held);
    await new Promise(setImmediate);
  }
  expect(mostHeld).toBeGreaterThan(8 * mib);
  expect(mostHeld).toBeLessThanOrEqual(16 * mib);
  const other = connect(`http://127.0.0.1:${server.port}`);
  const stream = open(other);
  stream.end(Buffer.alloc(0));
  expect(await text(stream)).toMatch(/blocked_times/);
  session.destroy();
  while (budget.held > 0) {
    await new Promise(setImmediate);
  }
  other.close();
  await once(other, "close");
});

/** Posts a body through an agent; reads the answer to its end and returns its status. */
async function post(agent: Agent, body: Buffer): Promise<number | undefined> {
  const headers = { "content-type": "application/proto", "content-length": body.byteLength };
  const sent = httpRequest({ agent, port: server.port, path, method: "POST", headers });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  await text(answer);
  return answer.statusCode;
}

test("after a body was refused half-way, the HTTP/1.1 client's next request is not read from the rest of that body", async () => {
  // Other connections hold 46.5 of the 48 MiB that large requests may hold in total.
  [1, 2, 3].forEach(() => budget.open({}).take(15.5 * mib));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await post(agent, Buffer.alloc(3 * mib))).toBe(503);
  expect(await post(agent, Buffer.alloc(0))).toBe(400);
  agent.destroy();
});
