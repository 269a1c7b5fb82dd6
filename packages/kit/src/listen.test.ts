import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { listen, type RequestListener } from "./listen.ts";

const hello: RequestListener = (request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(`${request.httpVersion} ${request.url ?? ""}`);
};

async function get(port: number, agent: Agent, path = "/"): Promise<IncomingMessage> {
  const request = httpRequest({ port, host: "127.0.0.1", agent, path }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

function dial(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  return socket.resume();
}

test("one port answers HTTP/1.1 and HTTP/2, also when the first bytes come one by one", async () => {
  const listener = await listen("127.0.0.1", 0, hello);
  const response = await fetch(`http://127.0.0.1:${listener.port}/a`);
  expect(await response.text()).toBe("1.1 /a");
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  expect(await text(session.request({ ":path": "/b" }).end())).toBe("2.0 /b");
  session.close();
  const socket = dial(listener.port);
  for (const byte of "PRI is no method\r\n\r\n") {
    socket.write(byte);
  }
  const [chunk] = (await once(socket, "data")) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1.1 400/);
  await listener.close();
});

test("after a stop an idle connection is closed, and one with an answer under way after that answer", async () => {
  const answers: (() => void)[] = [];
  const listener = await listen("127.0.0.1", 0, (request, response) => {
    if (request.url === "/slow") {
      answers.push(() => hello(request, response));
    } else {
      hello(request, response);
    }
  });
  using idle = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { [Symbol.dispose]: () => undefined });
  await text(await get(listener.port, idle));
  const [idleSocket] = Object.values(idle.freeSockets).flatMap((sockets) => sockets ?? []);
  const idleClosed =
    idleSocket === undefined ? Promise.reject(new Error("no idle connection")) : once(idleSocket, "close");
  const busy = new Agent({ keepAlive: true, maxSockets: 1 });
  const slow = get(listener.port, busy, "/slow");
  const next = get(listener.port, busy, "/next");
  while (answers.length === 0) {
    await new Promise(setImmediate);
  }
  listener.stop();
  await idleClosed;
  answers.forEach((answer) => answer());
  const response = await slow;
  expect(await text(response)).toBe("1.1 /slow");
  await expect(next).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/);
  await listener.close();
});

test("a client that never ends its request is cut off", async () => {
  const listener = await listen("127.0.0.1", 0, hello, { requestMs: 50, checkMs: 20 });
  const socket = dial(listener.port);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  await once(socket, "close");
  expect(socket.destroyed).toBe(true);
  await listener.close();
});

test("closing ends connections that have said nothing yet", async () => {
  const listener = await listen("127.0.0.1", 0, hello);
  const socket = dial(listener.port);
  await once(socket, "connect");
  const closed = once(socket, "close");
  await listener.close();
  await closed;
  expect(socket.destroyed).toBe(true);
});

test("an answer that is the last thing before the close arrives whole, whatever the client sent meanwhile", async () => {
  const asked = Promise.withResolvers<Parameters<RequestListener>>();
  const listener = await listen("127.0.0.1", 0, (...request) => asked.resolve(request));
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  const stream = session.request({ ":path": "/" }, { endStream: true });
  const answer = text(stream);
  const [request, response] = await asked.promise;
  const closed = once(response, "close").then(() => listener.close());
  session.ping(() => undefined);
  hello(request, response);
  expect(await answer).toBe("2.0 /");
  expect(stream.rstCode).toBe(0);
  await closed;
});

test("an old HTTP/2 connection takes no new stream, and what is open on it is answered", async () => {
  const held = Promise.withResolvers<void>();
  const slow: RequestListener = (_request, response) => {
    void held.promise.then(() => {
      response.statusCode = 204;
      response.end();
    });
  };
  const listener = await listen("127.0.0.1", 0, slow, { requestMs: 60_000, checkMs: 15_000, connectionAgeMs: 50 });
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  const stream = session.request({ ":path": "/" });
  const answered = once(stream, "response");
  await once(session, "goaway");
  held.resolve();
  const [headers]: { ":status"?: number }[] = await answered;
  expect(headers?.[":status"]).toBe(204);
  await listener.close();
});

test("an HTTP/2 request whose body does not end in time is cut off; once it has arrived completely, its answer may take longer", async () => {
  const slow = Promise.withResolvers<void>();
  const listener = await listen(
    "127.0.0.1",
    0,
    (request, response) => {
      request.resume();
      if (request.url === "/slow") {
        void slow.promise.then(() => hello(request, response));
      }
    },
    { requestMs: 100, checkMs: 20 },
  );
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  const whole = session.request({ ":path": "/slow", ":method": "POST" });
  whole.end("all of it");
  const unfinished = Array.from({ length: 60 }, () => session.request({ ":path": "/", ":method": "POST" }));
  const codes = await Promise.all(
    unfinished.map(async (stream) => {
      stream.on("error", () => undefined);
      stream.write("some of it");
      await once(stream, "close");
      return stream.rstCode;
    }),
  );
  expect(new Set(codes)).toEqual(new Set([constants.NGHTTP2_CANCEL]));
  slow.resolve();
  expect(await text(whole)).toBe("2.0 /slow");
  session.close();
  await listener.close();
});

test("a connection that opens streams only to reset them is ended, and others are not", async () => {
  let begun = 0;
  const listener = await listen("127.0.0.1", 0, () => (begun += 1));
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  session.on("error", () => undefined);
  const ended = once(session, "goaway");
  const attack = (async () => {
    for (let round = 0; round < 400 && !session.closed && !session.destroyed; round += 1) {
      for (let index = 0; index < 10; index += 1) {
        const stream = session.request({ ":path": "/", ":method": "POST" });
        stream.on("error", () => undefined);
        stream.close(constants.NGHTTP2_CANCEL);
      }
      await new Promise(setImmediate);
    }
  })();
  const [code] = (await ended) as [number];
  expect(code).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  await attack;
  expect(begun).toBeLessThan(2500);
  const other = connectHttp2(`http://127.0.0.1:${listener.port}`);
  const stream = other.request({ ":path": "/" });
  await once(other, "connect");
  stream.close();
  other.close();
  await listener.close();
});

test("a connection can have only a limited number of open streams", async () => {
  const held: Parameters<RequestListener>[] = [];
  const listener = await listen("127.0.0.1", 0, (...request) => held.push(request), {
    requestMs: 60_000,
    checkMs: 15_000,
    maxStreams: 3,
  });
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  await once(session, "remoteSettings");
  expect(session.remoteSettings.maxConcurrentStreams).toBe(3);
  session.close();
  await listener.close();
  expect(held).toEqual([]);
});

test("a connection that sends no request, or headers that do not end, is closed", async () => {
  const listener = await listen("127.0.0.1", 0, hello, { requestMs: 50, checkMs: 20, idleMs: 50 });
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  await once(session, "goaway");
  const socket = dial(listener.port);
  const closed = once(socket, "close");
  // Preface, empty SETTINGS, and HEADERS without END_HEADERS.
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  socket.write(Buffer.from("000000040000000000" + "000001010000000001" + "82", "hex"));
  await closed;
  expect(socket.destroyed).toBe(true);
  await listener.close();
});
