import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

/** A system account, by number. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account to run Postgres as: this process's own (undefined), or, as Postgres refuses root, the owner of the data
 * when there is some, else the system's `postgres`, else `nobody`. No account is created.
 */
export function postgresAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  const account = lookUp("postgres") ?? lookUp("nobody");
  if (!account)
    throw new Error("Postgres does not run as root, and this system has no account `postgres` or `nobody`.");
  return account;
}

/** Whether the account can enter this directory or execute this file, asked of the kernel rather than of mode bits. */
export function canReach(account: Account, path: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], { ...account, cwd: "/" }).status === 0;
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string): number =>
      Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
    const account = { uid: id("-u"), gid: id("-g") };
    return account.uid > 0 ? account : undefined;
  } catch {
    return undefined; // `id` fails for an account that does not exist, and the caller tries another.
  }
}
