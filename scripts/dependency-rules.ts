// Checks who imports whom (.dependency-cruiser.cjs), and that pure code asks neither the clock nor chance.
import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cruise } from "dependency-cruiser";
import type { IConfiguration } from "dependency-cruiser";

/** What the rules found in a tree. */
export interface Findings {
  /** How many modules were looked at; zero means that nothing was checked. */
  modules: number;
  /** One line for each violation. */
  violations: string[];
}

const FOLDERS = ["packages", "services", "apps", "tests", "bench", "scripts"];
const PURE = ["services/*/src/domain/**/*.ts", "packages/recurrence/src/**/*.ts", "packages/time/src/**/*.ts"];
const IMPURE =
  /\bprocess\.|\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bperformance\.|\bDateTime\.(?:now|local\(\)|utc\(\))|\bcrypto\./;

/** Runs every rule on the tree below this directory. */
export async function checkDependencies(root: string): Promise<Findings> {
  const configuration: IConfiguration = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { forbidden = [], options = {} } = configuration;
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    folders,
    { ...cruiseOptions, baseDir: root, ruleSet: { forbidden }, validate: true },
    { ...enhancedResolveOptions },
  );
  if (typeof output === "string") throw new Error(`dependency-cruiser answered with a text: ${output}`);
  const imports = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  return { modules: output.summary.totalCruised, violations: [...imports, ...impurities(root)] };
}

function impurities(root: string): string[] {
  const files = globSync(PURE, { cwd: root }).filter((file) => !/\.test\.ts$|\/_[^/]+\.ts$/.test(file));
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        const code = line.replace(/^\s*(?:\/\/|\/?\*).*$/, "");
        const call = IMPURE.exec(code)?.[0];
        return call === undefined ? [] : [`pure-code: ${file}:${index + 1} uses ${call}`];
      }),
  );
}

if (import.meta.main) {
  const { modules, violations } = await checkDependencies(resolve(import.meta.dirname, ".."));
  for (const violation of violations) console.error(violation);
  // Without the compiler API that dependency-cruiser needs, it finds no TypeScript and calls that a success.
  if (modules === 0)
    console.error("dependency-cruiser saw no modules: is the package `typescript` the TypeScript 6 alias?");
  if (modules === 0 || violations.length > 0) process.exitCode = 1;
  else console.log(`dependency rules: ${modules} modules, no violation`);
}
