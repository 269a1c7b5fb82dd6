import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Account } from "./account.ts";

/** How to run a server as a child process. */
export interface ChildOptions {
  command: string;
  args: readonly string[];
  /** The account to run as; without it, the one of this process. */
  account?: Account | undefined;
  /** The signal that asks this server to stop in good order. */
  stopSignal: "SIGINT" | "SIGTERM";
}

/** A running server, which never outlives this process. */
export interface Child {
  pid: number;
  /** Settles when the process is gone. */
  exited: Promise<void>;
  /** The last lines the process wrote, for error messages. */
  tail(): string;
  /** Resolves when the process writes a line with this text; rejects with its last lines when it ends first. */
  until(text: string): Promise<void>;
  /** Asks it to stop, insists after ten seconds, and resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it without warning and resolves when it is gone. */
  kill(): Promise<void>;
}

const TAIL_LINES = 30;
const PATIENCE_MS = 10_000;

/*
 * The watchdog blocks reading a pipe whose other end only this process holds. However this process ends, SIGKILL
 * included, the pipe closes and the watchdog stops the server. It uses shell builtins only while it waits.
 */
const WATCHDOG = `
while read -r _; do :; done
kill -s "$2" "$1" 2>/dev/null || exit 0
n=0
while [ "$n" -lt 100 ] && kill -s 0 "$1" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
kill -s KILL "$1" 2>/dev/null
`;

/**
 * Runs a server in a session of its own, so that Ctrl-C in the terminal reaches this process alone and the order of
 * shutdown stays ours, and puts a watchdog beside it that ends it should this process die without doing so.
 */
export async function spawnChild(options: ChildOptions): Promise<Child> {
  const child = spawn(options.command, options.args, {
    ...options.account,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // The C locale keeps the lines that `until` looks for in English.
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
  });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const guard = watch(pid, options.stopSignal.slice("SIG".length));
  const exited = ended(child, guard);
  return { pid, exited, ...observe(child, exited), ...endings(child, exited, options.stopSignal) };
}

async function ended(child: ChildProcess, guard: ChildProcess): Promise<void> {
  await once(child, "close");
  guard.kill("SIGKILL");
}

function watch(pid: number, signal: string): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", WATCHDOG, "calends-watchdog", String(pid), signal], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.on("error", () => {}); // Without /bin/sh the server still runs and stops; only the safety net is missing.
  guard.stdin?.on("error", () => {});
  guard.unref();
  return guard;
}

function observe(child: ChildProcess, exited: Promise<void>): Pick<Child, "tail" | "until"> {
  const lines: string[] = [];
  const waiting = new Set<{ text: string; resolve: () => void }>();
  const onLine = (line: string): void => {
    lines.push(line);
    if (lines.length > TAIL_LINES) lines.shift();
    for (const waiter of waiting) if (line.includes(waiter.text)) waiter.resolve();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on("line", onLine);
  const tail = (): string => lines.join("\n");
  const until = async (text: string): Promise<void> => {
    if (lines.some((line) => line.includes(text))) return;
    const seen = Promise.withResolvers<void>();
    const waiter = { text, resolve: seen.resolve };
    waiting.add(waiter);
    const early = exited.then(() => {
      throw new Error(`${child.spawnfile} ended before it was ready:\n${tail()}`);
    });
    await Promise.race([seen.promise, early]).finally(() => waiting.delete(waiter));
  };
  return { tail, until };
}

function endings(child: ChildProcess, exited: Promise<void>, stopSignal: NodeJS.Signals): Pick<Child, "stop" | "kill"> {
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const stop = async (): Promise<void> => {
    child.kill(stopSignal);
    const insist = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await exited.finally(() => {
      clearTimeout(insist);
    });
  };
  return { stop, kill };
}
