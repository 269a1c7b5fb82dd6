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
  /** gRPC target of booking, as in "dns:///booking:8080"; without it, drift is not looked for. */
  readonly bookingTarget: string | undefined;
  /** How often drift is looked for, in milliseconds. */
  readonly driftCheckIntervalMs: number;
}

const schema = z.object({
  ...serverVariables,
  ...storeVariables,
  BOOKING_TARGET: z.string().min(1).optional(),
  DRIFT_CHECK_INTERVAL_MS: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000),
});

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): AvailabilityConfig {
  const variables = parseConfig("availability", schema, env);
  return {
    server: serverConfig(variables),
    store: storeConfig(variables),
    bookingTarget: variables.BOOKING_TARGET,
    driftCheckIntervalMs: variables.DRIFT_CHECK_INTERVAL_MS,
  };
}
