import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 100;

/** What `settlePidFile` needs to know about a directory that one server at a time may use. */
export interface PidFile {
  path: string;
  /** Text that the command line of the server in question contains, since process numbers are used again. */
  marker: string;
  timeoutMs: number;
  onProgress: (message: string) => void;
}

/**
 * Returns when no server uses the directory: removes the pid file of one that was killed, waits for one that is on
 * its way out, and throws naming the process when it stays.
 */
export async function settlePidFile(file: PidFile): Promise<void> {
  const deadline = Date.now() + file.timeoutMs;
  let told = false;
  while (existsSync(file.path)) {
    const pid = Number.parseInt(readFileSync(file.path, "utf8"), 10);
    if (!(pid > 0) || !commandLine(pid).includes(file.marker)) {
      rmSync(file.path, { force: true });
      return;
    }
    if (Date.now() > deadline) throw new Error(`Process ${pid} already uses ${file.marker}. Stop it first.`);
    if (!told) file.onProgress(`waiting for process ${pid} of an earlier run to stop`);
    told = true;
    await delay(POLL_MS);
  }
}

/** The command line of a process; empty when there is no such process or it is a zombie. */
export function commandLine(pid: number): string {
  try {
    if (platform() === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return ""; // Both ways of asking fail for a process that is gone.
  }
}
