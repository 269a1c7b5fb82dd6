import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { expect, vi } from "vitest";
import { commandLine } from "./lock.ts";
import { LOOPBACK } from "./ports.ts";

/** The processes whose command line contains this text. */
export async function processesWith(text: string): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  return pids.filter((pid) => commandLine(pid).includes(text));
}

/** Waits until no process has this text in its command line. */
export async function untilNoProcessWith(text: string): Promise<void> {
  await vi.waitFor(async () => expect(await processesWith(text)).toEqual([]), { timeout: 20_000, interval: 50 });
}

/** The number in the first line of a pid file. */
export function pidIn(file: string): number {
  return Number.parseInt(readFileSync(file, "utf8"), 10);
}

/** A conversation in lines over TCP, as SMTP and NATS speak it. */
export class LineClient implements Disposable {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => {}); // The server's end is the subject of some tests.
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async connect(port: number): Promise<LineClient> {
    const socket = connect(port, LOOPBACK);
    await once(socket, "connect");
    return new LineClient(socket);
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** The next line that matches; earlier ones are passed over. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`The server closed the connection before a line like ${pattern}.`);
      if (pattern.test(value)) return value;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
