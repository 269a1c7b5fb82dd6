import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { dataDir } from "@calends/local/paths";

/** What `npm start -- …` was asked for. */
export interface Options {
  /** Start over: delete what earlier starts left. */
  readonly fresh: boolean;
  /** Where databases, streams and secrets are kept. */
  readonly directory: string;
  readonly help: boolean;
}

/** What `npm start -- --help` prints. */
export const usage = `npm start [-- --fresh] [--data <directory>]

  --fresh   delete what earlier starts left, and begin again
  --data    keep the data in this directory instead of .calends

DATABASE_URL and NATS_URL, where they are set, name servers to use instead of starting some.
`;

/**
 * Reads the arguments; throws for one that does not exist. `npm start --fresh` without a `--` before the option gives the
 * option to npm itself, which passes it on as an environment variable, and it has the same effect.
 */
export function parseOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { fresh: { type: "boolean" }, data: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  const data = values.data ?? env["npm_config_data"];
  return {
    fresh: values.fresh ?? env["npm_config_fresh"] === "true",
    directory: data === undefined ? dataDir() : resolve(data),
    help: values.help ?? false,
  };
}
