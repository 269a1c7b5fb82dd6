import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  parseConfig,
  publicKeys,
  serverConfig,
  serverVariables,
  type JwkSet,
  type ServerConfig,
} from "@calends/kit/config";
import { z } from "zod";

/** The services behind the gateway, by the names with which they sign and verify internal tokens. */
export type Upstream = "availability" | "booking" | "notification" | "recurrence-engine" | "sync";

/** How callers prove who they are: OIDC access tokens or other JWTs. */
export interface AuthConfig {
  /** Public keys of the issuer, or where they are read. */
  readonly keys: JwkSet | URL;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the caller's organization by its UUID. */
  readonly organizationClaim: string;
}

/** What the gateway runs with. */
export interface GatewayConfig {
  readonly server: ServerConfig;
  /** gRPC targets, as in "dns:///booking:8080". */
  readonly targets: Readonly<Record<Upstream, string>>;
  readonly auth: AuthConfig;
  /** Origins whose pages may call; "*" is any. */
  readonly corsOrigins: readonly string[];
  /** Folder of the built web app; null for none. */
  readonly webRoot: string | null;
}

const schema = z
  .object({
    ...serverVariables,
    AVAILABILITY_TARGET: z.string().min(1),
    BOOKING_TARGET: z.string().min(1),
    NOTIFICATION_TARGET: z.string().min(1),
    RECURRENCE_TARGET: z.string().min(1),
    SYNC_TARGET: z.string().min(1),
    AUTH_ISSUER: z.string().min(1),
    AUTH_AUDIENCE: z.string().min(1),
    AUTH_JWKS: z.string().transform(publicKeys).optional(),
    AUTH_JWKS_URL: z.url().optional(),
    AUTH_ORGANIZATION_CLAIM: z.string().min(1).default("org"),
    CORS_ORIGINS: z.string().default(""),
    WEB_ROOT: z.string().refine(hasPage, "must be a folder with an index.html").optional(),
  })
  .refine((env) => (env.AUTH_JWKS === undefined) !== (env.AUTH_JWKS_URL === undefined), {
    path: ["AUTH_JWKS"],
    message: "is not set; exactly one of AUTH_JWKS and AUTH_JWKS_URL must be",
    when: ({ issues }) => !issues.some(({ path }) => String(path?.[0]).startsWith("AUTH_JWKS")), // Others may be wrong too.
  });

function hasPage(folder: string): boolean {
  return existsSync(join(folder, "index.html"));
}

/** Reads the configuration; throws ConfigError naming each variable that is missing or wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const variables = parseConfig("gateway", schema, env);
  return {
    server: serverConfig(variables),
    targets: {
      availability: variables.AVAILABILITY_TARGET,
      booking: variables.BOOKING_TARGET,
      notification: variables.NOTIFICATION_TARGET,
      "recurrence-engine": variables.RECURRENCE_TARGET,
      sync: variables.SYNC_TARGET,
    },
    auth: {
      keys: variables.AUTH_JWKS ?? new URL(variables.AUTH_JWKS_URL ?? ""),
      issuer: variables.AUTH_ISSUER,
      audience: variables.AUTH_AUDIENCE,
      organizationClaim: variables.AUTH_ORGANIZATION_CLAIM,
    },
    corsOrigins: variables.CORS_ORIGINS.split(",").filter((origin) => origin !== ""),
    webRoot: variables.WEB_ROOT ?? null,
  };
}
