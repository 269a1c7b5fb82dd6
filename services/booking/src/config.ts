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

/** What booking runs with. */
export interface BookingConfig {
  readonly server: ServerConfig;
  readonly store: StoreConfig;
  /** gRPC target of availability, as in "dns:///availability:8080". */
  readonly availabilityTarget: string;
  /** gRPC target of the recurrence engine. */
  readonly recurrenceTarget: string;
  /** Secret that signs manage links; the same in every replica. */
  readonly manageLinkSecret: string;
  /** How long after its end a confirmed booking counts as having taken place, unless somebody says otherwise before. */
  readonly completeAfterMs: number;
}

const schema = z.object({
  ...serverVariables,
  ...storeVariables,
  AVAILABILITY_TARGET: z.string().min(1),
  RECURRENCE_TARGET: z.string().min(1).default("dns:///recurrence-engine:8080"),
  MANAGE_LINK_SECRET: z.string().min(32, "must be at least 32 characters long"),
  COMPLETE_AFTER_MINUTES: z.coerce.number().int().min(0).max(43_200).default(60),
});

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): BookingConfig {
  const variables = parseConfig("booking", schema, env);
  return {
    server: serverConfig(variables),
    store: storeConfig(variables),
    availabilityTarget: variables.AVAILABILITY_TARGET,
    recurrenceTarget: variables.RECURRENCE_TARGET,
    manageLinkSecret: variables.MANAGE_LINK_SECRET,
    completeAfterMs: variables.COMPLETE_AFTER_MINUTES * 60_000,
  };
}
