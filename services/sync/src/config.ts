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

/** What sync runs with. */
export interface SyncConfig {
  readonly server: ServerConfig;
  readonly store: StoreConfig;
  /** What the tokens of feeds are derived with. */
  readonly feedSecret: string;
  /** gRPC target of availability. */
  readonly availabilityTarget: string;
  /** gRPC target of booking, which owns what feeds show. */
  readonly bookingTarget: string;
  /** How often drift is looked for, in milliseconds. */
  readonly driftCheckIntervalMs: number;
}

const schema = z.object({
  ...serverVariables,
  ...storeVariables,
  /** What the tokens of feeds are derived with; who has it can read every feed. Addresses given out survive a change. */
  FEED_SECRET: z.string().min(32, "must have at least 32 characters"),
  /** gRPC target of availability, which knows the calendars. */
  AVAILABILITY_TARGET: z.string().min(1).default("dns:///availability:8080"),
  BOOKING_TARGET: z.string().min(1).default("dns:///booking:8080"),
  DRIFT_CHECK_INTERVAL_MS: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000),
});

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): SyncConfig {
  const variables = parseConfig("sync", schema, env);
  return {
    server: serverConfig(variables),
    store: storeConfig(variables),
    feedSecret: variables.FEED_SECRET,
    availabilityTarget: variables.AVAILABILITY_TARGET,
    bookingTarget: variables.BOOKING_TARGET,
    driftCheckIntervalMs: variables.DRIFT_CHECK_INTERVAL_MS,
  };
}
