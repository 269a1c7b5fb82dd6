import {
  parseConfig,
  serverConfig,
  serverVariables,
  storeConfig,
  storeVariables,
  type ServerConfig,
  type StoreConfig,
} from "@calends/kit/config";
import { z } from "zod";

/** What availability runs with. */
export interface AvailabilityConfig {
  readonly server: ServerConfig;
  readonly store: StoreConfig;
}

const schema = z.object({ ...serverVariables, ...storeVariables });

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): AvailabilityConfig {
  const variables = parseConfig("availability", schema, env);
  return { server: serverConfig(variables), store: storeConfig(variables) };
}
