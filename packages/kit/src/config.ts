import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { readPermissions, type PermissionTable } from "./issuer-permissions.ts";

/** The exit code of a process whose configuration is wrong (sysexits.h, EX_CONFIG). */
export const exitCodeConfig = 78;

/** The configuration is missing something or has a wrong value; the message names each variable and its rule. */
export class ConfigError extends Error {
  /** The variables at fault. */
  readonly variables: readonly string[];

  constructor(service: string, problems: readonly { variable: string; rule: string }[]) {
    const lines = problems.map(({ variable, rule }) => `  ${variable}: ${rule}`);
    super(`${service}: the configuration is wrong\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.variables = problems.map(({ variable }) => variable);
  }
}

/** Reads a configuration from environment variables. Throws {@link ConfigError}; values are never repeated in it. */
export function parseConfig<T extends z.ZodType>(
  service: string,
  schema: T,
  env: Readonly<Record<string, string | undefined>>,
): z.output<T> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(set);
  if (result.success) {
    return result.data;
  }
  const problems = result.error.issues.map((issue) => ({
    variable: issue.path.join(".") || "(environment)",
    rule: issue.code === "invalid_type" && set[String(issue.path[0])] === undefined ? "is not set" : issue.message,
  }));
  throw new ConfigError(service, problems);
}

const port = z.coerce.number().int().min(0).max(65_535);

/** The variables that every service reads. */
export const serverVariables = {
  /** Port of gRPC, gRPC-Web and Connect; 0 takes a free one. */
  PORT: port,
  /** Address to listen on. */
  HOST: z.string().default("0.0.0.0"),
  /** Port of /metrics (Prometheus); 0 takes a free one, absent means none. */
  METRICS_PORT: port.optional(),
  /** Least level that is logged. */
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Public keys of the issuers of internal tokens: a JWK set. Each key names its issuer in `iss` or, without it, `kid`. */
  TRUSTED_ISSUERS: z.string().transform(jwkSet),
  /** What a deployment's own issuers of internal tokens may do, beside the permissions of Calends's own services. */
  ISSUER_PERMISSIONS: z.string().default("{}").transform(readPermissions),
  /** This service's own private key: a JWK. */
  SIGNING_KEY: z.string().transform(signingKey),
  /** How long calls may take to finish after a SIGTERM, in milliseconds. */
  DRAIN_TIMEOUT_MS: z.coerce.number().int().min(0).max(600_000).default(25_000),
};

/** The variables of a service with a database and events. */
export const storeVariables = {
  /** Postgres URL of this service's own database. */
  DATABASE_URL: z.string().refine(isPostgresUrl, "must be a postgres:// URL"),
  /** Most connections of this process to it. */
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(16),
  /** NATS URL or a comma-separated list. */
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, "must be a nats:// URL"),
};

/** What every service's configuration holds. */
export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly metricsPort: number | undefined;
  readonly logLevel: string;
  readonly trustedIssuers: JwkSet;
  readonly issuerPermissions: PermissionTable;
  readonly signingKey: Jwk;
  readonly drainTimeoutMs: number;
}

/** What the configuration of a service with a database and events holds besides. */
export interface StoreConfig {
  readonly databaseUrl: string;
  readonly databasePool: number;
  readonly natsUrl: string;
}

/** A JSON Web Key (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>>;

/** A JSON Web Key set. */
export interface JwkSet {
  readonly keys: readonly Jwk[];
}

type ServerVariables = z.output<z.ZodObject<typeof serverVariables>>;
type StoreVariables = z.output<z.ZodObject<typeof storeVariables>>;

/** Groups the variables that every service reads. */
export function serverConfig(env: ServerVariables): ServerConfig {
  return {
    port: env.PORT,
    host: env.HOST,
    metricsPort: env.METRICS_PORT,
    logLevel: env.LOG_LEVEL,
    trustedIssuers: env.TRUSTED_ISSUERS,
    issuerPermissions: env.ISSUER_PERMISSIONS,
    signingKey: env.SIGNING_KEY,
    drainTimeoutMs: env.DRAIN_TIMEOUT_MS,
  };
}

/** Groups the variables of a service with a database and events. */
export function storeConfig(env: StoreVariables): StoreConfig {
  return { databaseUrl: env.DATABASE_URL, databasePool: env.DATABASE_POOL, natsUrl: env.NATS_URL };
}

function jsonObject(text: string, context: z.RefinementCtx): Jwk {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Jwk;
    }
  } catch {
    // Not JSON: reported below like any other wrong shape.
  }
  context.addIssue({ code: "custom", message: "must be a JSON object" });
  return z.NEVER;
}

function signingKey(text: string, context: z.RefinementCtx): Jwk {
  const key = jsonObject(text, context);
  if (context.issues.length === 0 && !isKey(key, createPrivateKey)) {
    context.addIssue({ code: "custom", message: "must be a private Ed25519 JWK with a kid" });
  }
  return key;
}

function jwkSet(text: string, context: z.RefinementCtx): JwkSet {
  const keys = publicKeys(text, context);
  if (
    context.issues.length === 0 &&
    !(areDistinct(keys.keys) && keys.keys.every((key) => isKey(key, createPublicKey)))
  ) {
    context.addIssue({ code: "custom", message: "must hold public Ed25519 JWKs, each with a kid of its own" });
  }
  return keys;
}

/** Reads a JWK set of any kinds of public keys. */
export function publicKeys(text: string, context: z.RefinementCtx): JwkSet {
  const value = jsonObject(text, context);
  const keys = context.issues.length === 0 ? value["keys"] : [];
  if (Array.isArray(keys) && keys.every((key) => readKey(key, createPublicKey) !== undefined)) {
    return { keys };
  }
  context.addIssue({ code: "custom", message: 'must be a JWK set: {"keys": [...]} of public keys' });
  return z.NEVER;
}

type ReadKey = (options: { key: JsonWebKey; format: "jwk" }) => KeyObject;

function isKey(key: Jwk, read: ReadKey): boolean {
  const isNamed = typeof key["kid"] === "string" && ["string", "undefined"].includes(typeof key["iss"]);
  return isNamed && readKey(key, read)?.asymmetricKeyType === "ed25519";
}

function areDistinct(keys: readonly Jwk[]): boolean {
  return new Set(keys.map((key) => key["kid"])).size === keys.length;
}

function readKey(key: unknown, read: ReadKey): KeyObject | undefined {
  try {
    return read({ key: key as JsonWebKey, format: "jwk" });
  } catch {
    return undefined; // Whatever is wrong with it: it is no key.
  }
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}
