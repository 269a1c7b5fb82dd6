import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Where the platform keeps downloads that every clone on this machine shares, such as the NATS server. */
export function cacheDir(env: NodeJS.ProcessEnv, home: string = homedir()): string {
  const base = env["XDG_CACHE_HOME"];
  // The XDG specification says that a relative path is to be ignored.
  return join(base !== undefined && isAbsolute(base) ? base : join(home, ".cache"), "calends");
}

/** The root of this checkout. */
export function repositoryRoot(): string {
  return resolve(import.meta.dirname, "../../..");
}

/** Where `npm start` keeps its databases and streams, so that a second start finds them. */
export function dataDir(root: string = repositoryRoot()): string {
  return join(root, ".calends");
}
