// Writes docs/dependencies.md from package-lock.json: all packages that run in Calends's processes and pages, with their
// licences. `node scripts/licences.ts --check` fails if the file differs from what would be written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/dependencies.md");

/** The workspaces that run in an installation. Tests, benchmarks and the demo are not among them. */
const parts = ["services/", "apps/web"];

/** Licences of packages whose own metadata is wrong or has none, each with the source of the right one. */
const corrections: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  "date-holidays": {
    licence: "ISC AND CC-BY-SA-3.0",
    why: "its package.json says CC-BY-3.0; its LICENSE and README say that the data is CC BY-SA 3.0",
  },
};

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** The lock file's path of a dependency, found as Node finds it from a package; undefined if it is not installed. */
function locate(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const found = lock[path];
    if (found !== undefined) {
      return found.link === true ? found.resolved : path;
    }
    if (folder === "") {
      return undefined;
    }
  }
}

/** The lock file's paths of all packages that an installation needs, without Calends's own workspaces. */
export function runtimePackages(lock: Lock): string[] {
  const seen = new Set<string>();
  const waiting = Object.keys(lock).filter((path) =>
    parts.some((part) => path.startsWith(part) && !path.includes("node_modules")),
  );
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (!seen.has(path)) {
      seen.add(path);
      const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta } = lock[path] ?? {};
      const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
      const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
      waiting.push(...names.flatMap((name) => locate(lock, path, name) ?? []));
    }
  }
  return [...seen].filter((path) => path.includes("node_modules/")).toSorted();
}

/** The text of docs/dependencies.md for a lock file. */
export function dependenciesPage(lock: Lock): string {
  const rows = runtimePackages(lock).map((path) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const { version = "", license = "not stated" } = lock[path] ?? {};
    const correction = corrections[name];
    return `| ${name} | ${version} | ${correction?.licence ?? license} | ${correction === undefined ? "" : `corrected: ${correction.why}`} |`;
  });
  return [
    "# What Calends depends on while it runs",
    "",
    "Written by `npm run licences` from package-lock.json. Tools, tests, benchmarks and the demo are not in an installation and not here.",
    "A licence that a package states wrongly is corrected in [scripts/licences.ts](../scripts/licences.ts). What has to be said to",
    "whom is in [NOTICE](../NOTICE).",
    "",
    "| package | version | licence | |",
    "| --- | --- | --- | --- |",
    ...new Set(rows),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const lock = (JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Lock }).packages;
  const text = dependenciesPage(lock);
  if (!process.argv.includes("--check")) {
    writeFileSync(page, text);
  } else if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
    process.stderr.write("docs/dependencies.md is not what package-lock.json says: run `npm run licences`\n");
    process.exitCode = 1;
  }
}
