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

/** What recurrence-engine runs with. */
export interface RecurrenceConfig {
  readonly server: ServerConfig;
  readonly store: StoreConfig;
}

const schema = z.object({ ...serverVariables, ...storeVariables });

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): RecurrenceConfig {
  const variables = parseConfig("recurrence-engine", schema, env);
  return { server: serverConfig(variables), store: storeConfig(variables) };
}
