import { once } from "node:events";
import { createServer } from "node:net";

/** A mail server that falls silent at a point of each conversation. */
export interface SilentServer extends AsyncDisposable {
  readonly port: number;
  /** How many conversations have come to that point. */
  stalls(): number;
  /** All that clients said. */
  heard(): string;
}

/** Starts a server that does not greet, or answers nothing to MAIL FROM, or nothing at the end of a message, whose fate nobody knows then. */
export async function startSilentServer(point: "greeting" | "MAIL FROM" | "end of message"): Promise<SilentServer> {
  let stalled = 0;
  let heard = "";
  const server = createServer((socket) => {
    let said = "";
    socket.on("error", () => undefined); // The client was killed: that is what the test is about.
    if (point === "greeting") {
      stalled += 1;
      return;
    }
    socket.write("220 silent.test\r\n");
    socket.on("data", (data) => {
      heard += data.toString();
      said += data.toString();
      if (said.endsWith("\r\n.\r\n") || (point === "MAIL FROM" && /^MAIL FROM/m.test(said))) {
        stalled += 1;
      } else if (said.endsWith("\r\n") && !/^DATA\r\n./ms.test(said)) {
        const command = said.slice(said.lastIndexOf("\r\n", said.length - 3) + 2).trim();
        socket.write(command === "DATA" ? "354 go on\r\n" : "250 ok\r\n");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    stalls: () => stalled,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server, "close");
    },
  };
}
