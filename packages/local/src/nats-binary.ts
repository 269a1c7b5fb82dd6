import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, constants, copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { arch } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What tells a person what to do when the server can be neither found nor fetched. */
export const INSTALL_HINT =
  "nats-server was not found and could not be fetched: install it (`apt-get install nats-server`, " +
  "`brew install nats-server`, or https://nats.io/download), or set NATS_URL to a server that runs.";

/** Where to look for the NATS server. */
export interface NatsBinaryOptions {
  /** Where a fetched binary is kept for the next time. */
  cacheDir: string;
  /** Where to look beside PATH; Debian puts the server in /usr/sbin, which an ordinary account does not search. */
  systemDirs?: readonly string[] | undefined;
  onProgress?: ((message: string) => void) | undefined;
}

/**
 * Finds a `nats-server` on the search path or in the cache, else fetches the distribution's package into the cache
 * and unpacks it there, which needs no privilege and leaves the system as it was.
 */
export async function findNatsServer(options: NatsBinaryOptions): Promise<string> {
  const installed = await search(options.systemDirs ?? ["/usr/sbin", "/usr/local/sbin"]);
  if (installed !== undefined) return installed;
  const directory = join(options.cacheDir, "nats-server", arch());
  const cached = join(directory, "nats-server");
  if (existsSync(cached)) return cached;
  options.onProgress?.(`fetching nats-server into ${directory}`);
  try {
    await mkdir(directory, { recursive: true });
    await fetchPackage(directory, cached);
  } catch (cause) {
    throw new Error(INSTALL_HINT, { cause });
  }
  return cached;
}

async function search(systemDirs: readonly string[]): Promise<string | undefined> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  for (const directory of [...path, ...systemDirs]) {
    const candidate = join(directory, "nats-server");
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

// The binary appears by a rename, so two processes that fetch at once, or one that is killed, do no harm.
async function fetchPackage(directory: string, target: string): Promise<void> {
  const work = await mkdtemp(join(directory, "fetch-"));
  try {
    await mkdir(join(work, "lists/partial"), { recursive: true });
    await mkdir(join(work, "cache/archives/partial"), { recursive: true });
    const apt = ["-q", "-o", `Dir::State::Lists=${work}/lists`, "-o", `Dir::Cache=${work}/cache`];
    apt.push("-o", "Debug::NoLocking=1");
    // As root, apt would otherwise switch to an account that cannot write below a private cache directory.
    if (process.getuid?.() === 0) apt.push("-o", "APT::Sandbox::User=root");
    await run("apt-get", [...apt, "update"], { cwd: work });
    await run("apt-get", [...apt, "download", "nats-server"], { cwd: work });
    const archive = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get downloaded no package.");
    await run("dpkg-deb", ["-x", archive, "unpacked"], { cwd: work });
    const fresh = join(work, "nats-server");
    await copyFile(join(work, "unpacked/usr/sbin/nats-server"), fresh);
    await rename(fresh, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
