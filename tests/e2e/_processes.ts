import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "@calends/testkit/until";

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service in a process of its own. Disposal kills it. */
export interface ServiceProcess extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<Ending>;
  signal(signal: NodeJS.Signals): void;
  /** All that it has written, logs and errors. */
  output(): string;
  /** The parsed log lines with this message. */
  logged(message: string): Record<string, unknown>[];
  /** Waits for its port. */
  port(): Promise<number>;
  /** Waits until it serves; returns its port. */
  serving(): Promise<number>;
}

const services = join(import.meta.dirname, "../../services");
const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** What Node itself needs, and where it keeps compiled code. */
const { PATH = "", NODE_COMPILE_CACHE } = process.env;
const ofNode = { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };

/** Starts a service's main with nothing but this environment. */
export function spawnService(name: string, environment: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, [join(services, name, "src/main.ts")], {
    env: { ...ofNode, PORT: "0", HOST: "127.0.0.1", ...environment, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const exited = ended(child);
  const logged = (message: string) =>
    lines
      .filter((line) => line.startsWith("{") && line.includes(JSON.stringify(message)))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const portOf = (message: string) =>
    until(
      `${name}: ${message}`,
      () => (child.exitCode === null ? logged(message)[0]?.["port"] : `ended:\n${lines.join("\n")}`),
      (port) => port !== undefined,
    ).then(Number);
  return {
    pid: child.pid ?? 0,
    exited,
    signal: (signal) => child.kill(signal),
    output: () => lines.join("\n"),
    logged,
    port: () => portOf("listening"),
    serving: () => portOf("serving"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function ended(child: ChildProcess): Promise<Ending> {
  await once(child, "close");
  running.delete(child);
  return { code: child.exitCode, signal: child.signalCode };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: there is no such process.
  }
}

/** Runs a script of the repository with nothing but this environment, until it ends. */
export async function runNode(
  script: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [join(services, "..", script), ...args], {
    env: { ...ofNode, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const { code } = await ended(child);
  return { code, output: lines.join("\n") };
}
