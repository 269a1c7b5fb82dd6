import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "@calends/local/ports";

/** A way to a server that can be closed and opened, as a network or the server itself would. */
export interface Proxy extends AsyncDisposable {
  /** The server's URL with the proxy's address in place of its own. */
  readonly url: string;
  open(): Promise<void>;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Lets nothing through until it is cut and opened again, and ends no connection, as a partition of the network does. */
  freeze(): void;
}

/** Makes a way to the server of a URL; it is closed at first. */
export async function createProxy(targetUrl: string): Promise<Proxy> {
  const target = new URL(targetUrl);
  const url = new URL(targetUrl);
  const port = await freePort();
  url.host = `127.0.0.1:${port}`;
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let frozen = false;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    return socket;
  };
  const cut = async () => {
    const closing = server;
    server = undefined;
    sockets.forEach((socket) => socket.destroy());
    if (closing !== undefined) {
      closing.close();
      await once(closing, "close");
    }
  };
  return {
    url: url.href,
    cut,
    freeze() {
      frozen = true;
      sockets.forEach((socket) => socket.unpipe().pause());
    },
    async open() {
      frozen = false;
      server = createServer((client) => {
        if (frozen) {
          track(client).pause();
          return;
        }
        const upstream = track(connect(Number(target.port), target.hostname));
        track(client).pipe(upstream).pipe(client);
        client.on("close", () => upstream.destroy());
        upstream.on("close", () => client.destroy());
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    [Symbol.asyncDispose]: cut,
  };
}
